namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Number of dimensions.</summary>
        public long Dimensions => Native.ts_dim(SafeHandle);

        /// <summary>Number of dimensions.</summary>
        public long ndim => Dimensions;

        /// <summary>Number of dimensions.</summary>
        public long dim() => Dimensions;

        /// <summary>Number of elements.</summary>
        public long NumberOfElements => Native.ts_numel(SafeHandle);

        /// <summary>Number of elements.</summary>
        public long numel() => NumberOfElements;

        /// <summary>Bytes of one element.</summary>
        public long ElementSize => Native.ts_element_size(SafeHandle);

        /// <summary>Bytes of one element.</summary>
        public long element_size() => ElementSize;

        /// <summary>Type of the elements.</summary>
        public ScalarType dtype => (ScalarType)Native.ts_dtype(SafeHandle);

        /// <summary>Where the elements are.</summary>
        public Device device => new(device_type, device_index);

        /// <summary>The kind of device the elements are on.</summary>
        public DeviceType device_type => (DeviceType)Native.ts_device_type(SafeHandle);

        /// <summary>The number of the device; -1 on the CPU.</summary>
        public int device_index => Native.ts_device_index(SafeHandle);

        /// <summary>The size of each dimension.</summary>
        public long[] shape
        {
            get
            {
                long[] sizes = new long[Native.ts_dim(SafeHandle)];
                Native.Check(Native.ts_sizes(SafeHandle, sizes));
                return sizes;
            }
        }

        /// <summary>The size of each dimension.</summary>
        public long[] size() => shape;

        /// <summary>The size of dimension <paramref name="dim"/>; negative counts from the end.</summary>
        public long size(int dim)
        {
            Native.Check(Native.ts_size(SafeHandle, dim, out long size));
            return size;
        }

        /// <summary>For each dimension, the elements between neighbours.</summary>
        public long[] stride()
        {
            long[] strides = new long[Native.ts_dim(SafeHandle)];
            Native.Check(Native.ts_strides(SafeHandle, strides));
            return strides;
        }

        /// <summary>The elements between neighbours along <paramref name="dim"/>.</summary>
        public long stride(int dim)
        {
            Native.Check(Native.ts_stride(SafeHandle, dim, out long stride));
            return stride;
        }

        /// <summary>Where in its storage the tensor starts, in elements.</summary>
        public long storage_offset()
        {
            Native.Check(Native.ts_storage_offset(SafeHandle, out long offset));
            return offset;
        }

        /// <summary>Whether the elements lie in memory in row-major order without gaps.</summary>
        public bool is_contiguous()
        {
            Native.Check(Native.ts_is_contiguous(SafeHandle, out Flag result));
            return result;
        }

        /// <summary>Whether the elements are in the CPU's memory.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>Whether the elements are in a CUDA device's memory.</summary>
        public bool is_cuda => device_type == DeviceType.CUDA;

        /// <summary>Whether the tensor has a shape and a type but no elements.</summary>
        public bool is_meta => device_type == DeviceType.META;

        /// <summary>Whether the elements are integers; Bool counts.</summary>
        public bool is_integral() => torch.is_integral(dtype);

        /// <summary>Whether the elements are floating-point numbers.</summary>
        public bool is_floating_point() => torch.is_floating_point(dtype);

        /// <summary>Whether the elements are complex numbers.</summary>
        public bool is_complex() => torch.is_complex(dtype);
    }
}
