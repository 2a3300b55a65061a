namespace KappaTune.Cli.Output;

/// <summary>Where lines and tables go that people read.</summary>
internal interface ITableWriter
{
    /// <summary>Whether there are 80 columns only, so that long names lose their middle.</summary>
    bool IsNarrow { get; }

    void WriteLine(string text);

    /// <param name="headings">Of the first column, which has names, and of the others, which have numbers.</param>
    /// <param name="rows">A cell for each heading.</param>
    void WriteTable(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows);
}
