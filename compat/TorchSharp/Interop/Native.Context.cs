using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial byte* ts_version();
    [LibraryImport(Shim)] internal static partial int ts_get_num_threads();
    [LibraryImport(Shim)] internal static partial int ts_get_num_interop_threads();
    [LibraryImport(Shim)] internal static partial int ts_set_num_threads(int count);
    [LibraryImport(Shim)] internal static partial int ts_set_num_interop_threads(int count);
    [LibraryImport(Shim)] internal static partial int ts_cuda_device_count();
    [LibraryImport(Shim)] internal static partial int ts_cuda_synchronize(int index);
    [LibraryImport(Shim)] internal static partial int ts_cuda_manual_seed(int index, ulong seed);
    [LibraryImport(Shim)] internal static partial Flag ts_deterministic();
    [LibraryImport(Shim)] internal static partial Flag ts_deterministic_warn_only();
    [LibraryImport(Shim)] internal static partial int ts_set_deterministic(Flag enabled, Flag warn_only);
    [LibraryImport(Shim)] internal static partial int ts_promote_types(int first, int second);
    [LibraryImport(Shim)] internal static partial int ts_result_type(TensorHandle first, TensorHandle second, out int type);
}
