using System.Runtime.CompilerServices;

/// <summary>Finds the recorded inputs and outputs of the real libraries, which live outside the clone.</summary>
internal static class Golden
{
    /// <summary>The folder: <c>KAPPATUNE_GOLDEN</c>, else <c>../shared/golden</c> beside the clone; null where there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>
    /// Theory rows: the files below <paramref name="folder"/> that match <paramref name="pattern"/>, as paths relative to
    /// the golden folder; one empty row where there is no golden folder, which <see cref="Open"/> turns into a skip.
    /// </summary>
    public static TheoryData<string> Files(string folder, string pattern)
    {
        var rows = new TheoryData<string>();
        if (Root is null || !Directory.Exists(Path.Combine(Root, folder)))
        {
            rows.Add("");
            return rows;
        }

        IEnumerable<string> files = Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories);
        foreach (string file in files.Order(StringComparer.Ordinal))
            rows.Add(Path.GetRelativePath(Root, file));
        return rows;
    }

    /// <summary>The full path of a row of <see cref="Files"/>; skips the test, visibly, where there is no golden folder.</summary>
    public static string Open(string relative)
    {
        Assert.SkipWhen(Root is null || relative.Length == 0, "No golden folder: set KAPPATUNE_GOLDEN, or place it at ../shared/golden.");
        return Path.Combine(Root!, relative);
    }

    /// <summary>
    /// The full path of one of the inputs after people's public reports, in <c>cases</c> beside the golden folder; skips the test,
    /// visibly, where it isn't there.
    /// </summary>
    public static string Case(string relative)
    {
        string path = Path.GetFullPath(Path.Combine(Root ?? "", "..", "cases", relative));
        Assert.SkipUnless(Root is not null && Path.Exists(path), "No folder of cases beside the golden folder.");
        return path;
    }

    private static string? Find()
    {
        string folder = Environment.GetEnvironmentVariable("KAPPATUNE_GOLDEN") is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(Here(), "../../../shared/golden"));
        return Directory.Exists(folder) ? folder : null;
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
