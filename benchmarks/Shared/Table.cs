/// <summary>A table in Markdown.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print()
    {
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" ---: |", columns.Length - 1))}");
        foreach (string[] row in _rows)
            Console.WriteLine($"| {string.Join(" | ", row)} |");
    }

    public static double Median(IReadOnlyList<double> values) => At(values, 0.5);

    /// <summary>The value below which this part of them lies.</summary>
    public static double At(IReadOnlyList<double> values, double part) =>
        values.Order().ElementAt((int)Math.Round(part * (values.Count - 1)));

    /// <summary>Median, lowest and highest.</summary>
    public static string Spread(IReadOnlyList<double> values) =>
        values.Count == 0 ? "" : $"{Median(values):0.#} ({values.Min():0.#} to {values.Max():0.#})";
}
