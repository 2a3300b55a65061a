using System.Runtime.CompilerServices;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>
/// What these tests have the library keep, the embedded model most of all, lies with them, and not in the user's cache folder.
/// </summary>
internal static class CacheFolderSetting
{
    [ModuleInitializer]
    internal static void Set() =>
        Environment.SetEnvironmentVariable("KAPPATUNE_CACHE", Path.Combine(AppContext.BaseDirectory, "cache"));
}
