using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>The shim's functions, named as it exports them, and the checks on what they return.</summary>
internal static unsafe partial class Native
{
    private const string Shim = "torchshim";

    [LibraryImport(Shim)] private static partial byte* ts_last_error();
    [LibraryImport(Shim)] private static partial void ts_fetch(nint* handles);
    [LibraryImport(Shim), SuppressGCTransition] internal static partial long ts_live();
    [LibraryImport(Shim), SuppressGCTransition] internal static partial long ts_own_bytes(nint tensor);
    [LibraryImport(Shim)] internal static partial void ts_free(nint tensor);
    [LibraryImport(Shim)] internal static partial nint ts_alias(TensorHandle self);

    [LibraryImport(Shim)] internal static partial int ts_dim(TensorHandle self);
    [LibraryImport(Shim)] internal static partial long ts_numel(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_dtype(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_device_type(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_device_index(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_element_size(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_sizes(TensorHandle self, Span<long> sizes);
    [LibraryImport(Shim)] internal static partial int ts_strides(TensorHandle self, Span<long> strides);
    [LibraryImport(Shim)] internal static partial int ts_storage_offset(TensorHandle self, out long offset);
    [LibraryImport(Shim)] internal static partial int ts_is_contiguous(TensorHandle self, out Flag result);
    [LibraryImport(Shim)] internal static partial int ts_size(TensorHandle self, long dim, out long size);
    [LibraryImport(Shim)] internal static partial int ts_stride(TensorHandle self, long dim, out long stride);

    internal static string Version => Marshal.PtrToStringUTF8((nint)ts_version())!;

    /// <summary>The tensor a call returned, or its error.</summary>
    internal static torch.Tensor Tensor(nint handle)
    {
        if (handle == 0)
            Throw();
        return new torch.Tensor(handle);
    }

    /// <summary>The tensor a call may return: null where <paramref name="handle"/> is.</summary>
    internal static torch.Tensor? MaybeTensor(nint handle) => handle == 0 ? null : new torch.Tensor(handle);

    /// <summary>Throws the error of a call that returned 0.</summary>
    internal static void Check(int succeeded)
    {
        if (succeeded == 0)
            Throw();
    }

    /// <summary>The tensors that a list function keeps for this thread; null for undefined ones.</summary>
    internal static torch.Tensor?[] MaybeTensors(int count)
    {
        if (count < 0)
            Throw();
        nint[] handles = new nint[count];
        fixed (nint* first = handles)
            ts_fetch(first);
        var tensors = new torch.Tensor?[count];
        for (int i = 0; i < count; i++)
            tensors[i] = MaybeTensor(handles[i]);
        return tensors;
    }

    /// <summary>The tensors that a list function keeps for this thread.</summary>
    internal static torch.Tensor[] Tensors(int count) => MaybeTensors(count)!;

    /// <summary>The generator a call returned, or its error.</summary>
    internal static GeneratorHandle Generator(nint handle)
    {
        if (handle == 0)
            Throw();
        return new GeneratorHandle(handle);
    }

    /// <summary>The two tensors of a call that returned <paramref name="succeeded"/>.</summary>
    internal static (torch.Tensor, torch.Tensor) Pair(int succeeded, nint first, nint second)
    {
        Check(succeeded);
        return (new torch.Tensor(first), new torch.Tensor(second));
    }

    /// <summary>The three tensors of a call that returned <paramref name="succeeded"/>.</summary>
    internal static (torch.Tensor, torch.Tensor, torch.Tensor) Triple(int succeeded, nint first, nint second, nint third)
    {
        Check(succeeded);
        return (new torch.Tensor(first), new torch.Tensor(second), new torch.Tensor(third));
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void Throw() => throw new ExternalException(Marshal.PtrToStringUTF8((nint)ts_last_error()));
}
