namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>
        /// This tensor with elements of another type and on another device; a new object for the same tensor where it is so already.
        /// </summary>
        /// <param name="type">The element type.</param>
        /// <param name="device">The device.</param>
        /// <param name="copy">Copy even if nothing changes.</param>
        /// <param name="disposeAfter">Dispose this tensor.</param>
        /// <param name="non_blocking">Don't wait for a copy from pinned memory to a GPU.</param>
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            Tensor result = Native.Tensor(Native.ts_to(SafeHandle, (int)type, (int)device.type, device.index, non_blocking, copy));
            if (disposeAfter)
                Dispose();
            return result;
        }

        /// <inheritdoc cref="to(ScalarType, Device, bool, bool, bool)"/>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, device, copy, disposeAfter, non_blocking);

        /// <inheritdoc cref="to(ScalarType, Device, bool, bool, bool)"/>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        /// <inheritdoc cref="to(ScalarType, Device, bool, bool, bool)"/>
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, new Device(device), copy, disposeAfter, non_blocking);

        /// <inheritdoc cref="to(ScalarType, Device, bool, bool, bool)"/>
        public Tensor to(
            DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        /// <summary>This tensor with the element type and on the device of <paramref name="other"/>.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        /// <inheritdoc cref="to(ScalarType, Device, bool, bool, bool)"/>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);

        /// <summary>This tensor with elements of another type.</summary>
        public Tensor type(ScalarType dtype) => to_type(dtype);

        /// <summary>This tensor with elements of the type of <paramref name="tensor"/>.</summary>
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        /// <summary>This tensor in the CPU's memory.</summary>
        public Tensor cpu() => to(CPU);

        /// <summary>This tensor on a CUDA device; the current one unless given.</summary>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        /// <summary>This tensor as Bool.</summary>
        public Tensor @bool() => to_type(ScalarType.Bool);

        /// <summary>This tensor as Byte.</summary>
        public Tensor @byte() => to_type(ScalarType.Byte);

        /// <summary>This tensor as Int8.</summary>
        public Tensor @char() => to_type(ScalarType.Int8);

        /// <summary>This tensor as Int16.</summary>
        public Tensor @short() => to_type(ScalarType.Int16);

        /// <summary>This tensor as Int32.</summary>
        public Tensor @int() => to_type(ScalarType.Int32);

        /// <summary>This tensor as Int64.</summary>
        public Tensor @long() => to_type(ScalarType.Int64);

        /// <summary>This tensor as Float16.</summary>
        public Tensor half() => to_type(ScalarType.Float16);

        /// <summary>This tensor as BFloat16.</summary>
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        /// <summary>This tensor as Float32.</summary>
        public Tensor @float() => to_type(ScalarType.Float32);

        /// <summary>This tensor as Float64.</summary>
        public Tensor @double() => to_type(ScalarType.Float64);

        // The shim's number of an element type; -1 for "as it is".
        internal static int Code(ScalarType? type) => type.HasValue ? (int)type.GetValueOrDefault() : -1;
    }
}
