using System.Runtime.CompilerServices;

namespace Microsoft.ML.KappaTune.Models.Tests;

/// <summary>
/// The models are written beside these tests, and not into the user's cache folder, unless a test that started them says where.
/// </summary>
internal static class CacheFolderSetting
{
    public const string Variable = "KAPPATUNE_CACHE";

    [ModuleInitializer]
    internal static void Set()
    {
        if (Environment.GetEnvironmentVariable("KAPPATUNE_TESTS_CACHE") is { } named)
            Environment.SetEnvironmentVariable(Variable, named);
        else
            Environment.SetEnvironmentVariable(Variable, Path.Combine(AppContext.BaseDirectory, "cache"));
    }
}
