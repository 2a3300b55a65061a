using System.Globalization;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// Unicode's decompositions, compositions and combining classes. <see cref="string.Normalize()"/> does nothing in a
/// program that runs without the system's globalization data, and a tokenizer must give the same ids everywhere.
/// </summary>
internal static class UnicodeData
{
    private static readonly Dictionary<int, int[]> Canonical = [];
    private static readonly Dictionary<int, int[]> Compatible = [];
    private static readonly Dictionary<(int First, int Second), int> Compositions = [];
    private static readonly Dictionary<int, byte> Classes = [];

    static UnicodeData()
    {
        foreach (string line in Lines("CanonicalForm.txt"))
            ReadCanonical(line);
        foreach (string line in Lines("CompatibilityForm.txt"))
            ReadCompatible(line);
    }

    /// <summary>What a character is made of, one step; null for one that isn't.</summary>
    public static int[]? Decomposition(int code, bool compatible) =>
        Canonical.TryGetValue(code, out int[]? parts) || (compatible && Compatible.TryGetValue(code, out parts)) ? parts : null;

    /// <summary>The character that two others make, or -1.</summary>
    public static int Composition(int first, int second) => Compositions.GetValueOrDefault((first, second), -1);

    /// <summary>The combining class: 0 for a character that others attach to.</summary>
    public static byte CombiningClass(int code) => code < 0x300 ? (byte)0 : Classes.GetValueOrDefault(code);

    private static IEnumerable<string> Lines(string name)
    {
        using Stream stream = typeof(UnicodeData).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line[0] != '#')
                yield return line;
        }
    }

    // "first-last:class", "whole=first second" for what is composed again, "whole>parts" for what isn't.
    private static void ReadCanonical(string line)
    {
        int sign = line.IndexOfAny([':', '=', '>']);
        if (line[sign] == ':')
        {
            (int first, int last) = Range(line[..sign]);
            for (int code = first; code <= last; code++)
                Classes[code] = byte.Parse(line[(sign + 1)..], CultureInfo.InvariantCulture);
            return;
        }

        int whole = Hex(line[..sign]);
        int[] parts = Codes(line[(sign + 1)..]);
        Canonical[whole] = parts;
        if (line[sign] == '=')
            Compositions[(parts[0], parts[1])] = whole;
    }

    private static void ReadCompatible(string line)
    {
        int sign = line.IndexOf('>');
        (int first, int last) = Range(line[..sign]);
        int[] parts = Codes(line[(sign + 1)..]);
        for (int code = first; code <= last; code++)
            Compatible[code] = first == last ? parts : [parts[0] + code - first];
    }

    private static (int First, int Last) Range(string text)
    {
        int dash = text.IndexOf('-');
        return dash < 0 ? (Hex(text), Hex(text)) : (Hex(text[..dash]), Hex(text[(dash + 1)..]));
    }

    private static int[] Codes(string text) => [.. text.Split(' ').Select(Hex)];

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
