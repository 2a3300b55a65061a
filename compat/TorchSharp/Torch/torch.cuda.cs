namespace TorchSharp;

public static partial class torch
{
    /// <summary>Whether a CUDA device can be used.</summary>
    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>CUDA (or ROCm) devices.</summary>
    public static class cuda
    {
        /// <summary>Whether a device can be used.</summary>
        public static bool is_available() => device_count() > 0;

        /// <summary>Number of devices.</summary>
        public static int device_count() => Native.ts_cuda_device_count();

        /// <summary>Waits until a device (default: the current one) has done all it was asked for.</summary>
        public static void synchronize(Device? device = null) => Native.Check(Native.ts_cuda_synchronize(device?.index ?? -1));

        /// <summary>Seeds the current device's generator; does nothing without a device.</summary>
        public static void manual_seed(long seed) => Native.Check(Native.ts_cuda_manual_seed(-1, (ulong)seed));

        /// <summary>Seeds the generators of all devices.</summary>
        public static void manual_seed_all(long seed)
        {
            for (int index = 0; index < device_count(); index++)
                Native.Check(Native.ts_cuda_manual_seed(index, (ulong)seed));
        }
    }
}
