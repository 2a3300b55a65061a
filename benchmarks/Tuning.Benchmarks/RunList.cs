using System.Diagnostics;

/// <summary>
/// Runs that are added to a file one by one: it can be stopped at any time, and what is in the file isn't done again.
/// </summary>
internal static class RunList
{
    /// <summary>Those runs that aren't in the file.</summary>
    /// <param name="cells">All runs.</param>
    /// <param name="results">The file.</param>
    /// <param name="cellOf">Which run a result is of.</param>
    public static TCell[] Left<TCell, TResult>(IEnumerable<TCell> cells, JsonLines<TResult> results, Func<TResult, TCell> cellOf)
        where TResult : class
    {
        HashSet<TCell> done = [.. results.Read().Select(cellOf)];
        TCell[] left = [.. cells.Where(cell => !done.Contains(cell))];
        Console.WriteLine($"{left.Length} runs to do.");
        return left;
    }

    /// <summary>Does runs, and says of each what came of it.</summary>
    public static void Do<TCell, TResult>(
        TCell[] cells, JsonLines<TResult> results, Func<TCell, TResult> run, Func<TResult, string> text)
        where TResult : class
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < cells.Length; i++)
        {
            TResult result = run(cells[i]);
            results.Add(result);
            double minutes = clock.Elapsed.TotalMinutes * (cells.Length - i - 1) / (i + 1);
            Console.WriteLine($"{i + 1} of {cells.Length}, about {minutes:0} min left: {cells[i]}: {text(result)}");
        }
    }
}
