using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>
/// Owns one reference to a libtorch tensor. The marshaller holds it during a call, so that a tensor disposed by another thread
/// or collected meanwhile lives until the call returns, and a disposed one is an <see cref="ObjectDisposedException"/>.
/// </summary>
internal sealed class TensorHandle : SafeHandle
{
    // Below this the garbage collector's own pace is enough, and telling it would cost more than the tensor.
    private const long PressureThreshold = 64 * 1024;

    private readonly long _pressure;

    /// <summary>No tensor, for optional arguments.</summary>
    internal static readonly TensorHandle None = new(0);

    internal TensorHandle(nint tensor) : base(0, ownsHandle: true)
    {
        SetHandle(tensor);
        if (tensor == 0)
            return;
        // The collector sees two small objects, whatever the tensor's size. Told of the bytes behind them, it runs in time
        // to free large tensors that nobody disposed. Views add nothing: the storage counts once, with its first owner.
        long bytes = Native.ts_own_bytes(tensor);
        if (bytes >= PressureThreshold)
            GC.AddMemoryPressure(_pressure = bytes);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Native.ts_free(handle);
        if (_pressure > 0)
            GC.RemoveMemoryPressure(_pressure);
        return true;
    }
}
