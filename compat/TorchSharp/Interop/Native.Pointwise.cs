using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial nint ts_add(TensorHandle self, TensorHandle other, Number alpha);
    [LibraryImport(Shim)] internal static partial nint ts_matmul(TensorHandle self, TensorHandle other);
}
