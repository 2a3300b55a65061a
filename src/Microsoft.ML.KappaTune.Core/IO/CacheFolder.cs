namespace Microsoft.ML.KappaTune.IO;

/// <summary>Where files are kept that can be made anew.</summary>
internal static class CacheFolder
{
    private const string Name = "kappatune";

    /// <summary>The user's: <c>KAPPATUNE_CACHE</c>, else <c>kappatune</c> in the operating system's folder for caches.</summary>
    public static string Default =>
        Environment.GetEnvironmentVariable("KAPPATUNE_CACHE") is { Length: > 0 } named ? named
        : Parent is { Length: > 0 } parent ? Path.Combine(parent, Name)
        : Temporary;

    /// <summary>For users without a home, or one that can't be written: among temporary files, where each user has one.</summary>
    public static string Temporary => Path.Combine(Path.GetTempPath(), $"{Name}-{Environment.UserName}");

    /// <summary>Empty where the user has no home that exists, as services and containers may not.</summary>
    private static string Parent =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
        : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".cache")
        : "";
}
