namespace KappaTune.Cli.Output;

/// <summary>
/// Names of tensors in less room: what tells one from the others, such as its layer and its module, stays as long as anything else can go.
/// </summary>
internal sealed class TensorNames
{
    private const char Separator = '.';
    private const string Left = "…";

    // In how many of the names a part is.
    private readonly Dictionary<string, int> _counts;

    /// <param name="names">Those that are shown together.</param>
    public TensorNames(IEnumerable<string> names) => _counts = names
        .SelectMany(name => name.Split(Separator).Distinct())
        .CountBy(part => part).ToDictionary();

    /// <summary>A name in at most <paramref name="length"/> characters.</summary>
    public string Shorten(string name, int length)
    {
        string[] parts = PlainText.OneLine(name).Split(Separator);
        var gone = new bool[parts.Length];
        // A number is a layer or an expert. Of parts that are as common, the first says least.
        IEnumerable<int> order = Enumerable.Range(0, parts.Length)
            .Where(i => !parts[i].All(char.IsAsciiDigit))
            .OrderByDescending(i => _counts.GetValueOrDefault(parts[i])).ThenBy(i => i);
        string shown = name;
        foreach (int i in order.TakeWhile(_ => shown.Length > length && gone.Count(one => !one) > 1))
        {
            gone[i] = true;
            shown = Join(parts, gone);
        }

        return PlainText.Shorten(shown, length);
    }

    private static string Join(string[] parts, bool[] gone)
    {
        string joined = "";
        for (int i = 0; i < parts.Length; i++)
        {
            if (!gone[i])
                joined += joined.Length == 0 || joined.EndsWith(Left, StringComparison.Ordinal) ? parts[i] : Separator + parts[i];
            else if (!joined.EndsWith(Left, StringComparison.Ordinal))
                joined += Left;
        }

        return joined;
    }
}
