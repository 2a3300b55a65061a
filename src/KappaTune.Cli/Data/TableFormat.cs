namespace KappaTune.Cli.Data;

/// <summary>How rows are written in a file.</summary>
/// <param name="Separator">What stands between two fields.</param>
/// <param name="Quoted">
/// Whether a field in double quotes may hold separators and line breaks; otherwise quotes are text like any other.
/// </param>
internal readonly record struct TableFormat(char Separator, bool Quoted)
{
    public const char Tab = '\t', Comma = ',';

    /// <summary>
    /// Whether it has ML.NET's own rules for tab-separated files: spaces before a field go, lines that start with // are no rows.
    /// </summary>
    public bool IsTsv => Separator == Tab;

    public string SeparatorName => Separator switch
    {
        Tab => "tab",
        Comma => "comma",
        ';' => "semicolon",
        _ => $"'{Separator}'",
    };

    /// <summary>What <paramref name="separator"/> says, or else the file's extension.</summary>
    public static TableFormat Choose(char? separator, bool quoted, string? path)
    {
        char chosen = separator ?? (path is not null && path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? Comma : Tab);
        return new(chosen, quoted || chosen != Tab);
    }
}
