using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>
        /// The memory of the elements, to read and write; the tensor must be contiguous, on the CPU, below 2 GiB,
        /// and must be kept alive by the caller while the span is used. Setting copies.
        /// </summary>
        public unsafe Span<byte> bytes
        {
            get => new((void*)Data(), checked((int)(NumberOfElements * ElementSize)));
            set
            {
                Span<byte> target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException($"mismatched size setting a tensor's bytes: {value.Length} instead of {target.Length}");
                value.CopyTo(target);
                GC.KeepAlive(this);
            }
        }

        /// <summary>The elements as .NET values. <typeparamref name="T"/> must be the element type.</summary>
        /// <exception cref="InvalidOperationException">The tensor isn't on the CPU.</exception>
        /// <exception cref="ArgumentException">The elements are of another type.</exception>
        public TensorAccessor<T> data<T>() where T : struct
        {
            RequireType<T>();
            if (!is_cpu())
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            return new TensorAccessor<T>(this);
        }

        /// <summary>
        /// The only element. <typeparamref name="T"/> must be the element type; see <see cref="TensorExtensionMethods.ToDouble"/> and its
        /// like for conversions.
        /// </summary>
        public T item<T>() where T : struct
        {
            if (NumberOfElements != 1)
                throw new ArgumentException($"Number of elements in the tensor must be 1, but is {NumberOfElements}");
            RequireType<T>();
            using Tensor here = cpu().DetachFromDisposeScope();
            using Tensor dense = here.contiguous().DetachFromDisposeScope();
            return MemoryMarshal.Read<T>(dense.bytes);
        }

        /// <summary>The only element as a number.</summary>
        public Scalar ToScalar()
        {
            Native.Check(Native.ts_item(SafeHandle, out Number value));
            return new Scalar(value);
        }

        /// <summary>Writes the elements' memory, little-endian and in row-major order.</summary>
        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using Tensor here = cpu().DetachFromDisposeScope();
            using Tensor dense = here.contiguous().DetachFromDisposeScope();
            byte* data = (byte*)dense.Data();
            for (long left = dense.NumberOfElements * dense.ElementSize; left > 0;)
            {
                int part = (int)Math.Min(left, BlockSize);
                stream.Write(new ReadOnlySpan<byte>(data, part));
                data += part;
                left -= part;
            }
        }

        /// <summary>Reads what <see cref="WriteBytesToStream"/> wrote.</summary>
        /// <exception cref="EndOfStreamException">The stream holds fewer bytes.</exception>
        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            if (!is_cpu() || !is_contiguous())
            {
                using Tensor dense = torch.empty(shape, dtype, CPU).DetachFromDisposeScope();
                dense.ReadBytesFromStream(stream);
                using IDisposable mode = torch.no_grad();
                copy_(dense);
                return;
            }
            byte* data = (byte*)Data();
            for (long left = NumberOfElements * ElementSize; left > 0;)
            {
                int part = (int)Math.Min(left, BlockSize);
                stream.ReadExactly(new Span<byte>(data, part));
                data += part;
                left -= part;
            }
            GC.KeepAlive(this);
        }

        /// <summary>Overwritten by <paramref name="source"/>, broadcast, converted and moved as needed.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) =>
            Changed(Native.ts_copy_(SafeHandle, source.SafeHandle, nonBlocking));

        /// <summary>Made a tensor of the elements of <paramref name="source"/>, which are shared.</summary>
        public Tensor set_(Tensor source) => Changed(Native.ts_set_(SafeHandle, source.SafeHandle));

        /// <summary>Every element set to a number.</summary>
        public Tensor fill_(Scalar value) => Changed(Native.ts_fill_(SafeHandle, value.Value));

        /// <summary>Every element set to 0.</summary>
        public Tensor zero_() => Changed(Native.ts_zero_(SafeHandle));

        /// <summary>A copy with memory of its own.</summary>
        public Tensor clone() => Native.Tensor(Native.ts_clone(SafeHandle));

        // A file write of this size is no slower than a larger one, and a span can't be larger than 2 GiB.
        private const int BlockSize = 1 << 24;

        // The address of elements that lie in row-major order.
        internal nint Data()
        {
            if (!is_contiguous())
                throw new InvalidOperationException("The tensor is not contiguous: its memory holds the elements in another order.");
            return Start();
        }

        // The first element's address, whatever the strides.
        internal nint Start()
        {
            Native.Check(Native.ts_data_ptr(SafeHandle, out nint pointer));
            return pointer;
        }

        private void RequireType<T>()
        {
            bool same = dtype switch
            {
                ScalarType.Byte => typeof(T) == typeof(byte),
                ScalarType.Int8 => typeof(T) == typeof(sbyte),
                ScalarType.Int16 => typeof(T) == typeof(short),
                ScalarType.Int32 => typeof(T) == typeof(int),
                ScalarType.Int64 => typeof(T) == typeof(long),
                ScalarType.Float16 => typeof(T) == typeof(Half),
                ScalarType.Float32 => typeof(T) == typeof(float),
                ScalarType.Float64 => typeof(T) == typeof(double),
                ScalarType.ComplexFloat32 => typeof(T) == typeof((float, float)),
                ScalarType.ComplexFloat64 => typeof(T) == typeof(System.Numerics.Complex),
                ScalarType.Bool => typeof(T) == typeof(bool),
                _ => false,
            };
            if (!same)
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
        }
    }
}
