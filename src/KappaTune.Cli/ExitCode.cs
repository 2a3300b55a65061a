namespace KappaTune.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A file, or something in it, isn't as it should be.</summary>
    public const int BadInput = 1;

    /// <summary>The command line is wrong, whatever the files hold.</summary>
    public const int WrongUsage = 2;

    /// <summary>Something that no input should bring about, as BSD's sysexits have it.</summary>
    public const int Unexpected = 70;

    /// <summary>128 and the number of SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;
}
