using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// While one of these is there, memory that tensors free stays with the process, for the next tensors. By default glibc gives large blocks
/// back to the system at once, and a training step would spend up to half of its time on getting the same memory again, page by page.
/// Elsewhere than on glibc, and where the user has settings for its memory, nothing is changed. Blocks of 64 MB and more stay only where
/// the process's first thread takes them, because glibc has no room for them in other threads' heaps. Thread-safe.
/// </summary>
internal sealed partial class KeptMemory : IDisposable
{
    /// <summary>The names of glibc's parameters, of malloc.h.</summary>
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;

    /// <summary>
    /// As high as they can be. The heaps of threads other than the first are given back by the pad and not by the threshold: one above a
    /// heap's size, 64 MB, keeps them.
    /// </summary>
    private const int KeptThreshold = int.MaxValue, KeptPad = 256 << 20;

    /// <summary>What glibc's own thresholds grow to in a process that uses large blocks, and its pad (mallopt(3)).</summary>
    private const int UsualMmap = 32 << 20, UsualTrim = 2 * UsualMmap, UsualPad = 128 << 10;

    private static readonly string[] UsersOwn = ["MALLOC_", "GLIBC_TUNABLES"];

    private static readonly object Gate = new();
    private static readonly bool IsPossible = IsGlibc() && !HasUsersOwn();
    private static int _count;

    private bool _isDisposed;

    public KeptMemory()
    {
        lock (Gate)
        {
            if (_count++ == 0 && IsPossible)
                Set(KeptThreshold, KeptThreshold, KeptPad);
        }
    }

    /// <summary>With the last of them, what is free goes back to the system.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            if (--_count > 0 || !IsPossible)
                return;
            Set(UsualMmap, UsualTrim, UsualPad);
            _ = Trim(0);
        }
    }

    private static void Set(int mmap, int trim, int pad)
    {
        _ = SetParameter(TopPad, pad);
        // Before 2.35 glibc refuses one above half of a heap's size; and its own doesn't grow any more once a parameter is set.
        if (SetParameter(MmapThreshold, mmap) == 0)
            _ = SetParameter(MmapThreshold, UsualMmap);
        _ = SetParameter(TrimThreshold, trim);
    }

    private static bool HasUsersOwn() => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Any(name => UsersOwn.Any(known => name.StartsWith(known, StringComparison.Ordinal)));

    private static bool IsGlibc() => OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetParameter(int parameter, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);
}
