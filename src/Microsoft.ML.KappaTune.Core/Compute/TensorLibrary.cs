using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Loads TorchSharp's and PyTorch's native libraries, before anything of TorchSharp is used that would load them by itself.
/// </summary>
internal static class TensorLibrary
{
    private const string Bridge = "LibTorchSharp", Engine = "torch_cpu";

    private static volatile bool _isLoaded;

    /// <exception cref="TensorLibraryException">They can't be loaded.</exception>
    public static void Require()
    {
        if (_isLoaded)
            return;
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            _isLoaded = true;
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new TensorLibraryException(MessageFor(ReasonOf(Engine) ?? ReasonOf(Bridge)), e);
        }
    }

    /// <summary>The remedy for what the system's loader says; null where none is known.</summary>
    internal static string MessageFor(string? reason)
    {
        if (reason?.Contains("GLIBC", StringComparison.Ordinal) == true)
        {
            return $"TorchSharp's native library needs a newer C or C++ library than this system has ({LineOf(reason, "GLIBC")}). "
                + "Build the application on Linux with the package Microsoft.ML.KappaTune, which mends that for the C++ library (a project "
                + "that references the library's project imports buildTransitive/Microsoft.ML.KappaTune.targets for it), and without "
                + "KappaTuneKeepTorchSharpLibrary; or run it on a newer system, such as Debian 13 or Ubuntu 24.04.";
        }

        string said = reason is null ? "" : $" The system's loader says: {reason.ReplaceLineEndings(" ")}";
        return $"libtorch for {RuntimeInformation.RuntimeIdentifier} isn't in {AppContext.BaseDirectory}, or can't be loaded. Add it to "
            + "the application: dotnet add package TorchSharp-cpu (with an NVIDIA GPU TorchSharp-cuda-linux or TorchSharp-cuda-windows), "
            + $"of the version of TorchSharp, {Version}.{said}";
    }

    private static string Version => typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    private static string? ReasonOf(string library)
    {
        try
        {
            NativeLibrary.Load(library, typeof(torch).Assembly, null);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return e.Message;
        }
    }

    private static string LineOf(string text, string word) =>
        text.Split('\n').First(line => line.Contains(word, StringComparison.Ordinal)).Trim();
}
