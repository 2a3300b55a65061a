using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// While one of these is there that was made on the process's first thread, memory that tensors free stays with the process, for the next
/// tensors. By default glibc gives large blocks back to the system at once, and a training step would spend a quarter of its time on getting
/// the same memory again, page by page. Nothing is changed elsewhere than on glibc, where the user has settings for its memory, and on
/// other threads, in whose heaps a large block that is aligned, as tensors are, doesn't fit where one of its size was, so that they would
/// grow. Thread-safe.
/// </summary>
internal sealed partial class KeptMemory : IDisposable
{
    /// <summary>The names of glibc's parameters, of malloc.h.</summary>
    private const int TrimThreshold = -1, MmapThreshold = -3;

    /// <summary>The largest that its parameters may be.</summary>
    private const int Kept = int.MaxValue;

    /// <summary>What glibc's own thresholds grow to in a process that uses large blocks (mallopt(3)).</summary>
    private const int UsualMmap = 32 << 20, UsualTrim = 2 * UsualMmap;

    private static readonly string[] UsersOwn = ["MALLOC_", "GLIBC_TUNABLES"];

    private static readonly object Gate = new();
    private static readonly bool IsPossible = IsGlibc() && !HasUsersOwn();
    private static int _count;

    private bool _isKept;

    public KeptMemory()
    {
        if (!IsPossible || ThreadId() != Environment.ProcessId)
            return;
        _isKept = true;
        lock (Gate)
        {
            if (_count++ == 0)
                Set(Kept, Kept);
        }
    }

    /// <summary>With the last of them, what is free goes back to the system.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (!_isKept)
                return;
            _isKept = false;
            if (--_count > 0)
                return;
            Set(UsualMmap, UsualTrim);
            _ = Trim(0);
        }
    }

    private static void Set(int mmap, int trim)
    {
        // Before 2.35 glibc refuses one above 32 MB; and its own doesn't grow any more once the other parameter is set.
        if (SetParameter(MmapThreshold, mmap) == 0)
            _ = SetParameter(MmapThreshold, UsualMmap);
        _ = SetParameter(TrimThreshold, trim);
    }

    private static bool HasUsersOwn() => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Any(name => UsersOwn.Any(known => name.StartsWith(known, StringComparison.Ordinal)));

    private static bool IsGlibc() => OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _) && NativeLibrary.TryGetExport(library, "gettid", out _);

    [LibraryImport("libc.so.6", EntryPoint = "gettid")]
    private static partial int ThreadId();

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetParameter(int parameter, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);
}
