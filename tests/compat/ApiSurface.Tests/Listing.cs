using System.Text.RegularExpressions;

/// <summary>The lines of a real package's listing. A type of ours may have fewer bases and interfaces than the real one, never others.</summary>
/// <remarks>
/// A listing of what two versions have in common has no line for a type that only one of them seals, or that has another base in each;
/// it lists the members they share. Such a type is the real package's, whatever its line.
/// </remarks>
internal sealed partial class Listing
{
    private readonly HashSet<string> _typesWithMembers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _typesWithLines = new(StringComparer.Ordinal);
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _basesByType = new(StringComparer.Ordinal);

    public Listing(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            if (IsMember(line))
            {
                _members.Add(line);
                _typesWithMembers.Add(line[..line.IndexOf("::", StringComparison.Ordinal)]);
                continue;
            }

            (string type, IEnumerable<string> bases) = Parse(line);
            _basesByType[type] = [.. bases];
            _typesWithLines.Add(NameOf(type));
        }
    }

    public bool Has(string line)
    {
        if (IsMember(line))
            return _members.Contains(line);
        (string type, IEnumerable<string> bases) = Parse(line);
        if (_basesByType.TryGetValue(type, out HashSet<string>? real))
            return bases.All(real.Contains);
        string name = NameOf(type);
        return _typesWithMembers.Contains(name) && !_typesWithLines.Contains(name);
    }

    private static string NameOf(string type) => Kind().Replace(type, "");

    [GeneratedRegex("^(sealed |abstract |static )?(class|struct|interface|enum|delegate) ")]
    private static partial Regex Kind();

    private static bool IsMember(string line) => line.Contains("::", StringComparison.Ordinal);

    private static (string Type, IEnumerable<string> Bases) Parse(string line)
    {
        int colon = line.IndexOf(" : ", StringComparison.Ordinal);
        return colon < 0 ? (line, []) : (line[..colon], SplitOutsideBrackets(line[(colon + 3)..]));
    }

    private static IEnumerable<string> SplitOutsideBrackets(string bases)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < bases.Length; i++)
        {
            depth += bases[i] switch { '<' or '[' => 1, '>' or ']' => -1, _ => 0 };
            if (bases[i] != ',' || depth > 0)
                continue;
            yield return bases[start..i].Trim();
            start = i + 1;
        }

        yield return bases[start..].Trim();
    }
}
