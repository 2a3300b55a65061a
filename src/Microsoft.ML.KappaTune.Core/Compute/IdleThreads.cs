using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// How libgomp's threads, on which libtorch computes on Linux, wait for work. By default they spin for milliseconds, and beside other
/// programs a step takes ten times as long; a short spin costs little on an idle machine and on a busy one. libgomp reads this once, when
/// it is loaded, from the C library's environment, which .NET's own variables don't reach.
/// </summary>
internal static partial class IdleThreads
{
    /// <summary>Rounds of the spin: some microseconds, about the time between two small tensor operations.</summary>
    private const string Variable = "GOMP_SPINCOUNT", Rounds = "1000";

    private static readonly string[] UsersOwn = ["OMP_WAIT_POLICY", Variable, "KMP_"];

    // A module initializer is the only code that surely runs before this library loads libtorch, whatever an application uses first.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Set()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(IsUsersOwn))
            return;
        try
        {
            _ = SetVariable(Variable, Rounds, overwrite: 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Without that function the threads wait as they do anyway.
        }
    }

    private static bool IsUsersOwn(string name) => UsersOwn.Any(known => name.StartsWith(known, StringComparison.Ordinal));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
