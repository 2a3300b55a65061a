namespace TorchSharp;

public static partial class torch
{
    /// <summary>Switches recording for gradients off on this thread, until disposed.</summary>
    public static IDisposable no_grad() => set_grad_enabled(false);

    /// <summary>Switches recording for gradients on on this thread, until disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => set_grad_enabled(enabled);

    /// <summary>Switches recording for gradients on or off on this thread, until disposed.</summary>
    public static IDisposable set_grad_enabled(bool mode = true)
    {
        bool before = Native.ts_grad_enabled();
        Native.ts_set_grad_enabled(mode);
        return new Restore(() => Native.ts_set_grad_enabled(before));
    }

    /// <summary>Whether operations on this thread are recorded for gradients.</summary>
    public static bool is_grad_enabled() => Native.ts_grad_enabled();

    /// <summary>
    /// Makes tensors on this thread, until disposed on it, that can never take part in a recorded operation: the cheapest way to compute.
    /// </summary>
    public static IDisposable inference_mode(bool mode = true)
    {
        nint entered = Native.ts_inference_enter(mode);
        return new Restore(() => Native.ts_inference_leave(entered));
    }

    /// <summary>Whether this thread is in <see cref="inference_mode"/>.</summary>
    public static bool is_inference_mode_enabled() => Native.ts_inference_enabled();
}
