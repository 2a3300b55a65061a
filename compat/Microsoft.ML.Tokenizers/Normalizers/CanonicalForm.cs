using System.Globalization;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Unicode normalization forms D and C. <see cref="string.Normalize()"/> does nothing in a program that runs without
/// the system's globalization data, and a tokenizer must give the same ids everywhere.
/// </summary>
internal static class CanonicalForm
{
    private const int HangulFirst = 0xAC00, HangulCount = 11172, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailFirst = 0x11A7;
    private const int Leads = 19, Vowels = 21, Trails = 28;

    private static readonly Dictionary<int, int[]> s_decompositions = [];
    private static readonly Dictionary<(int First, int Second), int> s_compositions = [];
    private static readonly Dictionary<int, byte> s_classes = [];

    static CanonicalForm()
    {
        using Stream stream = typeof(CanonicalForm).Assembly.GetManifestResourceStream("CanonicalForm.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line[0] != '#')
                ReadLine(line);
        }
    }

    /// <summary>Whether a text surely is in form C: false says nothing.</summary>
    public static bool IsComposed(ReadOnlySpan<char> text) => IsInert(text, '\u0300');

    /// <summary>Whether a text surely is in form D: false says nothing.</summary>
    public static bool IsDecomposed(ReadOnlySpan<char> text) => IsInert(text, '\u00C0');

    /// <summary>The canonical decomposition: marks apart from letters, in their canonical order.</summary>
    public static List<Rune> Decompose(ReadOnlySpan<char> text)
    {
        var runes = new List<Rune>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, runes);
        Order(runes);
        return runes;
    }

    /// <summary>The canonical composition of a decomposed text.</summary>
    public static string Compose(List<Rune> runes)
    {
        var text = new List<Rune>(runes.Count);
        int starter = -1;
        foreach (Rune rune in runes)
        {
            int combining = Class(rune.Value);
            // A mark of the same or a higher class in between blocks; text is ordered, so only the last can.
            bool blocked = starter >= 0 && starter < text.Count - 1 && Class(text[^1].Value) >= combining;
            if (starter >= 0 && !blocked && TryCompose(text[starter].Value, rune.Value, out int composed))
            {
                text[starter] = new Rune(composed);
                continue;
            }

            if (combining == 0)
                starter = text.Count;
            text.Add(rune);
        }

        var builder = new StringBuilder(text.Count);
        foreach (Rune rune in text)
            builder.Append(rune);
        return builder.ToString();
    }

    // Most text: no letter with a mark from limit on, but dashes, quotation marks and ideographs, which no form changes.
    private static bool IsInert(ReadOnlySpan<char> text, char limit)
    {
        foreach (char c in text)
        {
            if (c >= limit && c is not ((>= '\u2010' and <= '\u205F') or (>= '\u4E00' and <= '\u9FFF')))
                return false;
        }

        return true;
    }

    private static void Decompose(int code, List<Rune> runes)
    {
        if (code is >= HangulFirst and < HangulFirst + HangulCount)
        {
            int index = code - HangulFirst;
            runes.Add(new Rune(LeadFirst + index / (Vowels * Trails)));
            runes.Add(new Rune(VowelFirst + index % (Vowels * Trails) / Trails));
            if (index % Trails != 0)
                runes.Add(new Rune(TrailFirst + index % Trails));
        }
        else if (s_decompositions.TryGetValue(code, out int[]? parts))
        {
            foreach (int part in parts)
                Decompose(part, runes);
        }
        else
        {
            runes.Add(new Rune(code));
        }
    }

    // Sorts each run of marks by class, keeping the order of equals.
    private static void Order(List<Rune> runes)
    {
        for (int first = 0; first < runes.Count; first++)
        {
            if (Class(runes[first].Value) == 0)
                continue;
            int end = first + 1;
            while (end < runes.Count && Class(runes[end].Value) != 0)
                end++;
            if (end - first > 1)
            {
                Rune[] sorted = [.. runes.GetRange(first, end - first).OrderBy(mark => Class(mark.Value))];
                for (int i = 0; i < sorted.Length; i++)
                    runes[first + i] = sorted[i];
            }

            first = end;
        }
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        int lead = first - LeadFirst, vowel = second - VowelFirst;
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
        {
            composed = HangulFirst + (lead * Vowels + vowel) * Trails;
            return true;
        }

        int syllable = first - HangulFirst, trail = second - TrailFirst;
        if (syllable is >= 0 and < HangulCount && syllable % Trails == 0 && trail is > 0 and < Trails)
        {
            composed = first + trail;
            return true;
        }

        return s_compositions.TryGetValue((first, second), out composed);
    }

    private static int Class(int code) => code < 0x300 ? 0 : s_classes.GetValueOrDefault(code);

    private static void ReadLine(string line)
    {
        int colon = line.IndexOf(':');
        if (colon >= 0)
        {
            int dash = line.IndexOf('-');
            for (int code = Hex(line[..dash]); code <= Hex(line[(dash + 1)..colon]); code++)
                s_classes[code] = byte.Parse(line[(colon + 1)..], CultureInfo.InvariantCulture);
            return;
        }

        int sign = line.IndexOfAny(['=', '>']);
        int whole = Hex(line[..sign]);
        int[] parts = [.. line[(sign + 1)..].Split(' ').Select(Hex)];
        s_decompositions[whole] = parts;
        if (line[sign] == '=')
            s_compositions[(parts[0], parts[1])] = whole;
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
