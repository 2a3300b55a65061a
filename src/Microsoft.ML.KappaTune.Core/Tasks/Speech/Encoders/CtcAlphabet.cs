namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>The characters of transcripts, numbered from 1 on; 0 is none. Immutable.</summary>
internal sealed class CtcAlphabet
{
    public const int Blank = 0;

    private readonly Rune[] _characters;
    private readonly Dictionary<Rune, int> _numbers;

    /// <param name="transcripts">The texts whose characters these are.</param>
    public CtcAlphabet(IEnumerable<string> transcripts)
    {
        _characters = [.. transcripts.SelectMany(text => text.EnumerateRunes()).Distinct().Order()];
        _numbers = _characters.Select((character, i) => (character, i + 1)).ToDictionary(pair => pair.character, pair => pair.Item2);
    }

    public int Count => _characters.Length;

    /// <summary>The numbers of a text's characters; null where one isn't among them.</summary>
    public int[]? Encode(string text)
    {
        int[] numbers = [.. text.EnumerateRunes().Select(character => _numbers.GetValueOrDefault(character))];
        return numbers.Contains(Blank) ? null : numbers;
    }

    /// <summary>The text of the likeliest classes, state by state: the same one twice in a row is one character.</summary>
    public string Decode(IEnumerable<int> classes)
    {
        var text = new StringBuilder();
        int before = Blank;
        foreach (int number in classes)
        {
            if (number != before && number != Blank)
                text.Append(_characters[number - 1].ToString());
            before = number;
        }

        return text.ToString();
    }

    /// <summary>The states that it takes at least to say these characters: between two equal ones there has to be none.</summary>
    public static int StatesFor(ReadOnlySpan<int> characters)
    {
        int states = characters.Length;
        for (int i = 1; i < characters.Length; i++)
            states += characters[i] == characters[i - 1] ? 1 : 0;
        return states;
    }
}
