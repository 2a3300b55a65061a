using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial nint ts_empty(ReadOnlySpan<long> sizes, int count, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_zeros(ReadOnlySpan<long> sizes, int count, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_ones(ReadOnlySpan<long> sizes, int count, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_full(ReadOnlySpan<long> sizes, int count, Number value, int type, int device, int index);
}
