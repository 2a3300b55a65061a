using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Compute;
using TorchSharp;

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

    /// <summary>How many pages a thread gets from the system for a block that it had before, usually and while memory is kept.</summary>
    public static void PrintFaults(bool onFirst)
    {
        if (onFirst)
        {
            Print();
            return;
        }

        var other = new Thread(Print);
        other.Start();
        other.Join();

        static void Print()
        {
            long usual = FaultsOfBlock();
            using var memory = new KeptMemory();
            Console.WriteLine($"{usual} {FaultsOfBlock()}");
        }
    }

    public static void Scan(string checkpoint) => Console.WriteLine(CheckpointScanner.Scan(checkpoint).Matrices.Count);

    /// <summary>
    /// The fewest of some times: glibc keeps the first small chunks beside blocks for itself, so that these blocks don't join to one where the
    /// next would fit.
    /// </summary>
    private static long FaultsOfBlock() => Enumerable.Range(0, 24).Min(_ =>
    {
        long before = Faults();
        using torch.Tensor block = torch.empty(34 << 20, dtype: torch.ScalarType.Byte);
        block.bytes.Fill(1);
        return Faults() - before;
    });

    /// <summary>The thread's minor page faults: proc(5), field 10 of stat, whose second may have blanks.</summary>
    private static long Faults()
    {
        string status = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[7]);
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetVariable(string name);
}
