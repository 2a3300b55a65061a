using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Conversions between tensors and .NET values, and a tensor's own file format.</summary>
public static class TensorExtensionMethods
{
    /// <summary>The only element, converted.</summary>
    public static bool ToBoolean(this Tensor value) => value.ToScalar().ToBoolean();

    /// <summary>The only element, converted.</summary>
    public static byte ToByte(this Tensor value) => value.ToScalar().ToByte();

    /// <summary>The only element, converted.</summary>
    public static sbyte ToSByte(this Tensor value) => value.ToScalar().ToSByte();

    /// <summary>The only element, converted.</summary>
    public static short ToInt16(this Tensor value) => value.ToScalar().ToInt16();

    /// <summary>The only element, converted.</summary>
    public static int ToInt32(this Tensor value) => value.ToScalar().ToInt32();

    /// <summary>The only element, converted.</summary>
    public static long ToInt64(this Tensor value) => value.ToScalar().ToInt64();

    /// <summary>The only element, converted.</summary>
    public static Half ToHalf(this Tensor value) => value.ToScalar().ToHalf();

    /// <summary>The only element, converted.</summary>
    public static float ToSingle(this Tensor value) => value.ToScalar().ToSingle();

    /// <summary>The only element, converted.</summary>
    public static double ToDouble(this Tensor value) => value.ToScalar().ToDouble();

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentException($"No element type {type}", nameof(type)),
    };

    /// <summary>Product of the sizes.</summary>
    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>A tensor without dimensions, of the number's own type.</summary>
    public static Tensor ToTensor<T>(this T scalar, Device? device = null, bool requires_grad = false) where T : struct => scalar switch
    {
        bool value => tensor(value, device: device, requires_grad: requires_grad),
        byte value => tensor(value, device, requires_grad),
        sbyte value => tensor(value, device, requires_grad),
        short value => tensor(value, device, requires_grad),
        int value => tensor(value, device, requires_grad),
        long value => tensor(value, device: device, requires_grad: requires_grad),
        Half value => tensor(new[] { value }, ReadOnlySpan<long>.Empty, device: device, requires_grad: requires_grad),
        float value => tensor(value, device, requires_grad),
        double value => tensor(value, device: device, requires_grad: requires_grad),
        _ => throw new NotSupportedException($"No element type for {typeof(T).Name}"),
    };

    /// <summary>Shape, type and device in words.</summary>
    public static string metastr(this Tensor tensor)
    {
        string value = tensor.Dimensions == 0 && !tensor.is_meta ? $", value = {Value(tensor)}" : "";
        return $"[{string.Join('x', tensor.shape)}], type = {tensor.dtype}, device = {tensor.device}{value}";
    }

    /// <summary>Writes a tensor: its type, shape and elements, in TorchSharp's format.</summary>
    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64((long)tensor.dtype);
        long[] shape = tensor.shape;
        writer.Write7BitEncodedInt64(shape.Length);
        foreach (long size in shape)
            writer.Write7BitEncodedInt64(size);
        writer.Flush();
        tensor.WriteBytesToStream(writer.BaseStream);
    }

    /// <inheritdoc cref="Save(Tensor, BinaryWriter)"/>
    public static void Save(this Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        tensor.Save(writer);
    }

    /// <inheritdoc cref="Save(Tensor, BinaryWriter)"/>
    public static void Save(this Tensor tensor, string location)
    {
        using FileStream stream = File.Create(location);
        tensor.Save(stream);
    }

    /// <summary>
    /// Reads what <see cref="Save(Tensor, BinaryWriter)"/> wrote into a tensor of the same type and shape; skip only passes over it.
    /// </summary>
    /// <exception cref="ArgumentException">The stored tensor has another type or shape.</exception>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        (ScalarType type, long[] shape) = ReadHeader(reader);
        if (skip)
        {
            Pass(reader.BaseStream, shape.TotalSize() * type.ElementSize());
            return;
        }
        if (type != tensor.dtype)
            throw new ArgumentException(
                "Mismatched tensor data types while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        if (!shape.AsSpan().SequenceEqual(tensor.shape))
            throw new ArgumentException(
                "Mismatched tensor shape while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        tensor.ReadBytesFromStream(reader.BaseStream);
    }

    /// <summary>Reads what <see cref="Save(Tensor, BinaryWriter)"/> wrote; skip passes over it and gives an empty tensor.</summary>
    public static Tensor Load(BinaryReader reader, bool skip = false)
    {
        (ScalarType type, long[] shape) = ReadHeader(reader);
        if (skip)
        {
            Pass(reader.BaseStream, shape.TotalSize() * type.ElementSize());
            return empty(ReadOnlySpan<long>.Empty, type);
        }
        Tensor tensor = empty(shape, type, CPU);
        tensor.ReadBytesFromStream(reader.BaseStream);
        return tensor;
    }

    private static object Value(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Bool => tensor.ToBoolean(),
        ScalarType.Float64 => tensor.ToDouble(),
        ScalarType type when is_integral(type) => tensor.ToInt64(),
        ScalarType type when is_complex(type) => tensor.ToScalar().Value.Complex,
        _ => tensor.ToSingle(),
    };

    private static (ScalarType, long[]) ReadHeader(BinaryReader reader)
    {
        var type = (ScalarType)reader.Read7BitEncodedInt64();
        long dimensions = reader.Read7BitEncodedInt64();
        if (!Enum.IsDefined(type) || dimensions is < 0 or > 64)
            throw new FormatException("These bytes are not a tensor in TorchSharp's format.");
        long[] shape = new long[dimensions];
        for (int i = 0; i < shape.Length; i++)
            shape[i] = reader.Read7BitEncodedInt64();
        return (type, shape);
    }

    private static void Pass(Stream stream, long count)
    {
        byte[] buffer = new byte[Math.Min(count, 1 << 16)];
        for (; count > 0; count -= buffer.Length)
            stream.ReadExactly(buffer, 0, (int)Math.Min(count, buffer.Length));
    }
}
