using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune;

/// <summary>What the process is like on the side of the native libraries.</summary>
internal static partial class NativeSide
{
    /// <summary>After the first use of the library, which isn't one of tensors.</summary>
    public static void PrintVariable(string name)
    {
        _ = new KappaTuneTextClassificationTrainer.Options();
        bool isLoaded = File.ReadAllText("/proc/self/maps").Contains("libtorch", StringComparison.Ordinal);
        Console.WriteLine(
            $"{Marshal.PtrToStringUTF8(GetVariable(name)) ?? "none"}, {(isLoaded ? "libtorch is loaded" : "no libtorch yet")}");
    }

    public static void Scan(string checkpoint) => Console.WriteLine(CheckpointScanner.Scan(checkpoint).Matrices.Count);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetVariable(string name);
}
