using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor on the CPU as .NET values, in row-major order. Writing changes the tensor.</summary>
public sealed class TensorAccessor<T> : IEnumerable<T>, IDisposable
{
    private readonly torch.Tensor _tensor;

    internal TensorAccessor(torch.Tensor tensor) => _tensor = tensor;

    /// <summary>Number of elements.</summary>
    public long Count => _tensor.NumberOfElements;

    /// <summary>False: the elements can be written.</summary>
    public bool IsReadOnly => false;

    /// <summary>The element at a place, one number for each dimension.</summary>
    public T this[params long[] indices]
    {
        get
        {
            T value = Place(indices);
            GC.KeepAlive(_tensor);
            return value;
        }
        set
        {
            Place(indices) = value;
            GC.KeepAlive(_tensor);
        }
    }

    /// <summary>A copy of the elements.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array.AsSpan());
        return array;
    }

    /// <summary>A copy of the elements in an array of the tensor's shape.</summary>
    public Array ToNDArray()
    {
        if (_tensor.Dimensions == 0)
            return ToArray();
        var array = Array.CreateInstance(typeof(T), _tensor.shape);
        CopyTo(MemoryMarshal.CreateSpan(ref Element(array), array.Length));
        return array;
    }

    /// <summary>Copies the elements from <paramref name="tensorIndex"/> on into an array.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyTo(T[], int, long)"/>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        Span<T> target = array[arrayIndex..];
        using torch.Tensor dense = _tensor.contiguous().DetachFromDisposeScope();
        int count = (int)Math.Min(dense.NumberOfElements - tensorIndex, target.Length);
        Elements(dense, tensorIndex, count).CopyTo(target);
    }

    /// <summary>Copies an array into the elements from <paramref name="tensorIndex"/> on.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom(new ReadOnlySpan<T>(array), arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyFrom(T[], int, long)"/>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ReadOnlySpan<T> source = array[arrayIndex..];
        using torch.Tensor dense = _tensor.contiguous().DetachFromDisposeScope();
        int count = (int)Math.Min(dense.NumberOfElements - tensorIndex, source.Length);
        source[..count].CopyTo(Elements(dense, tensorIndex, count));
        if (_tensor.is_contiguous())
            return;
        // The dense elements were a copy: bring the change back.
        using IDisposable mode = torch.no_grad();
        _tensor.copy_(dense);
    }

    /// <summary>Goes through a copy of the elements.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    /// <summary>Holds nothing of its own; there for programs that dispose accessors.</summary>
    public void Dispose()
    {
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private unsafe ref T Place(long[] indices)
    {
        long[] sizes = _tensor.shape, strides = _tensor.stride();
        if (indices.Length != sizes.Length)
            throw new ArgumentException($"{indices.Length} indices for a tensor of {sizes.Length} dimensions", nameof(indices));
        long offset = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= sizes[i])
                throw new IndexOutOfRangeException($"Index {indices[i]} is outside dimension {i} of size {sizes[i]}.");
            offset += indices[i] * strides[i];
        }
        return ref Unsafe.AsRef<T>((byte*)_tensor.Start() + offset * Unsafe.SizeOf<T>());
    }

    private static unsafe Span<T> Elements(torch.Tensor dense, long from, int count) =>
        new((byte*)dense.Data() + from * Unsafe.SizeOf<T>(), count);

    private static ref T Element(Array array) =>
        ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array));
}
