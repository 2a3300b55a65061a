using System.Text;

/// <summary>
/// English-like text from a seed. Nine words in ten are common ones, the n-th as likely as 1/(n + 2.7) (Zipf and Mandelbrot's law);
/// the others are made of syllables, from a pool so large that many occur once, so that a cache of words misses as often as on real text.
/// </summary>
internal sealed class EnglishText(int seed)
{
    public const string Description = "English-like, made from a seed; a tenth of the words are rare ones made of syllables";

    private const int RareWords = 60_000;

    private static readonly string[] s_common = """
        the of and to a in that it was he for is with as his on be at by had not are but from or have an they which one you were her all
        she there would their we him been has when who will more no if out so said what up its about into than them can only other new some
        could time these two may then do first any my now such like our over man me even most made after also did many before must through
        back years where much your way well down should because each just those people how too little state good very make world still own
        see men work long get here between both life being under never day same another know while last might us great old year off come
        since against go came right used take three small house without place water again part night however found always want thought
        mother father general question number during second country important different company government development experience
        information president national business position students possible children interest education community remember character
        particular understand beautiful performance conditions temperature relationship organization responsibility understanding
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] s_onsets = ["b", "br", "c", "ch", "d", "f", "g", "gr", "h", "l", "m", "n", "p", "pl", "r", "s", "sh", "st", "t", "tr", "v", "w"];
    private static readonly string[] s_rimes = ["a", "al", "an", "ar", "e", "ed", "en", "er", "es", "i", "ic", "in", "ing", "ion", "is", "o", "on", "or", "ous", "u", "um", "y"];

    private readonly Random _random = new(seed);
    private readonly double[] _common = Cumulative(s_common.Length);
    private readonly double[] _rare = Cumulative(RareWords);

    /// <summary>Texts of about <paramref name="words"/> words each.</summary>
    public string[] Texts(int count, int words)
    {
        var texts = new string[count];
        var builder = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            builder.Clear();
            while (words * 5.5 > builder.Length)
                AppendSentence(builder);
            texts[i] = builder.ToString();
        }

        return texts;
    }

    private void AppendSentence(StringBuilder text)
    {
        if (text.Length > 0)
            text.Append(' ');
        int length = _random.Next(5, 25);
        for (int i = 0; i < length; i++)
        {
            string word = Word();
            text.Append(i == 0 ? char.ToUpperInvariant(word[0]) : word[0]).Append(word, 1, word.Length - 1);
            if (i == length - 1)
                text.Append(_random.Next(8) == 0 ? '?' : '.');
            else
                text.Append(_random.Next(12) == 0 ? ", " : " ");
        }
    }

    private string Word() => _random.NextDouble() switch
    {
        < 0.005 => _random.Next(1, 3000).ToString(System.Globalization.CultureInfo.InvariantCulture),
        < 0.1 => Made(Sample(_rare)),
        _ => s_common[Sample(_common)],
    };

    // The number of a rare word is its seed.
    private static string Made(int number)
    {
        var random = new Random(number);
        var word = new StringBuilder();
        for (int syllables = random.Next(2, 5); syllables > 0; syllables--)
            word.Append(s_onsets[random.Next(s_onsets.Length)]).Append(s_rimes[random.Next(s_rimes.Length)]);
        return word.ToString();
    }

    private int Sample(double[] cumulative)
    {
        int found = Array.BinarySearch(cumulative, _random.NextDouble() * cumulative[^1]);
        return Math.Min(found < 0 ? ~found : found, cumulative.Length - 1);
    }

    private static double[] Cumulative(int count)
    {
        double sum = 0;
        return [.. Enumerable.Range(0, count).Select(rank => sum += 1 / (rank + 2.7))];
    }
}
