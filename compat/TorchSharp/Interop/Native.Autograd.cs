using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)]
    internal static partial int ts_backward(
        TensorHandle self, TensorHandle gradient, Flag* retain, Flag create, ReadOnlySpan<nint> inputs, int length);
    [LibraryImport(Shim)]
    internal static partial int ts_backward_all(
        ReadOnlySpan<nint> tensors, int count, ReadOnlySpan<nint> gradients, int given, Flag* retain, Flag create,
        ReadOnlySpan<nint> inputs, int length);
    [LibraryImport(Shim)]
    internal static partial int ts_grad_all(
        ReadOnlySpan<nint> outputs, int count, ReadOnlySpan<nint> inputs, int length, ReadOnlySpan<nint> gradients, int given,
        Flag retain, Flag create, Flag allow_unused);
    [LibraryImport(Shim)] internal static partial int ts_grad(TensorHandle self, out nint gradient);
    [LibraryImport(Shim)] internal static partial int ts_set_grad(TensorHandle self, TensorHandle gradient);
    [LibraryImport(Shim)] internal static partial int ts_requires_grad(TensorHandle self, out Flag result);
    [LibraryImport(Shim)] internal static partial int ts_requires_grad_(TensorHandle self, Flag value);
    [LibraryImport(Shim)] internal static partial int ts_retain_grad(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_is_leaf(TensorHandle self, out Flag result);
    [LibraryImport(Shim)] internal static partial nint ts_detach(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_detach_(TensorHandle self);
    [LibraryImport(Shim)] internal static partial Flag ts_grad_enabled();
    [LibraryImport(Shim)] internal static partial void ts_set_grad_enabled(Flag enabled);
    [LibraryImport(Shim)] internal static partial Flag ts_inference_enabled();
    [LibraryImport(Shim)] internal static partial nint ts_inference_enter(Flag enabled);
    [LibraryImport(Shim)] internal static partial void ts_inference_leave(nint mode);
}
