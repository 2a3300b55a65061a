using System.Globalization;
using System.Runtime.InteropServices;
using Onnx;
using OnnxType = Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>A constant of a graph: its shape, and its values wherever the file keeps them. Checked before any value is read.</summary>
internal sealed class OnnxTensor
{
    private readonly OnnxModel _model;
    private readonly TensorProto _proto;
    private readonly bool _transposed;
    private readonly long _bytes;

    private OnnxTensor(OnnxModel model, string name, TensorProto proto, bool transposed)
    {
        (_model, Name, _proto, _transposed) = (model, name, proto, transposed);
        long[] shape = [.. proto.Dims];
        DataType = (OnnxType)proto.DataType switch
        {
            OnnxType.Float => TensorDataType.Float32,
            OnnxType.Float16 => TensorDataType.Float16,
            OnnxType.Bfloat16 => TensorDataType.BFloat16,
            OnnxType.Double => TensorDataType.Float64,
            OnnxType.Int64 => TensorDataType.Int64,
            OnnxType.Int32 => TensorDataType.Int32,
            _ => null,
        };
        if (shape.Any(dimension => dimension < 0) || !SafetensorsHeader.TryCount(shape, DataType?.Size() ?? 1, out long count, out _bytes))
            throw Fault($"[{string.Join(", ", shape)}] isn't a shape", "dims");
        ElementCount = count;
        Shape = transposed ? [.. shape.AsEnumerable().Reverse()] : shape;
        if (DataType is not null && !IsExternal && StoredBytes != _bytes)
            throw Fault($"it holds {StoredBytes} bytes, but its shape and type need {_bytes}", "data");
    }

    /// <summary>The name in the graph, or the one that an operator gave to its copy.</summary>
    public string Name { get; }

    public long[] Shape { get; }

    public long ElementCount { get; }

    /// <summary>Null for types that no weight has.</summary>
    public TensorDataType? DataType { get; }

    /// <summary>Whether it may be a weight: values of a floating-point type, and more than one.</summary>
    public bool IsWeight => DataType is { } type && type.IsFloatingPoint() && ElementCount > 1;

    private bool IsExternal => _proto.DataLocation == TensorProto.Types.DataLocation.External;

    private long StoredBytes => _proto.RawData.Length > 0 ? _proto.RawData.Length : DataType switch
    {
        TensorDataType.Float32 => (long)_proto.FloatData.Count * sizeof(float),
        TensorDataType.Float64 => (long)_proto.DoubleData.Count * sizeof(double),
        TensorDataType.Int64 => (long)_proto.Int64Data.Count * sizeof(long),
        TensorDataType.Int32 => (long)_proto.Int32Data.Count * sizeof(int),
        // Both 16-bit types lie in the lower halves of 32-bit numbers.
        _ => (long)_proto.Int32Data.Count * sizeof(short),
    };

    /// <exception cref="CheckpointFormatException">Its shape is none, or it has too few or too many values.</exception>
    public static OnnxTensor Read(OnnxModel model, string name, TensorProto proto) => new(model, name, proto, transposed: false);

    /// <summary>The bias of a linear layer that has none.</summary>
    /// <param name="weight">The layer's matrix, [out, in].</param>
    public static OnnxTensor Zeros(OnnxModel model, string name, OnnxTensor weight)
    {
        long width = weight.Shape[0];
        // A matrix of that many rows has been checked, so that the zeros take no more memory than it does.
        var proto = new TensorProto
        {
            Name = name,
            DataType = weight._proto.DataType,
            Dims = { width },
            RawData = Google.Protobuf.ByteString.CopyFrom(new byte[width * weight.DataType!.Value.Size()]),
        };
        return Read(model, name, proto);
    }

    /// <summary>Whether both are the same numbers in the file.</summary>
    public bool IsSameAs(OnnxTensor other) => ReferenceEquals(_proto, other._proto);

    /// <summary>The same values under another name.</summary>
    public OnnxTensor As(string name) => new(_model, name, _proto, _transposed);

    public OnnxTensor Transpose() => new(_model, Name, _proto, !_transposed);

    /// <summary>Whole numbers, such as those of a shape; null for other types and for what is too long to be one.</summary>
    public long[]? Integers()
    {
        const int Longest = 16;
        if (DataType is not (TensorDataType.Int64 or TensorDataType.Int32) || ElementCount > Longest)
            return null;
        byte[] bytes = Load();
        return DataType == TensorDataType.Int64
            ? MemoryMarshal.Cast<byte, long>(bytes).ToArray()
            : Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), number => (long)number);
    }

    /// <summary>A single float32 number; null for all else.</summary>
    public float? Number() => DataType == TensorDataType.Float32 && ElementCount == 1 ? MemoryMarshal.Read<float>(Load()) : null;

    /// <summary>The file that holds its values, where that is another one; that they are in it is checked.</summary>
    /// <exception cref="CheckpointFormatException">The file isn't there, is too short, or isn't in the model's folder.</exception>
    public string? ExternalFile() => IsExternal ? External().File : null;

    /// <summary>The weight under a name of its own, to be written; its values are read then.</summary>
    public TensorSource Source(string name) => new(name, DataType!.Value, Shape, stream =>
    {
        byte[] bytes = Load();
        stream.Write(
            _transposed && Shape.Length == 2 ? Exchange(bytes, rows: (int)Shape[1], columns: (int)Shape[0], DataType.Value.Size()) : bytes);
    });

    private byte[] Load()
    {
        if (IsExternal)
            return LoadExternal();
        if (_proto.RawData.Length > 0)
            return _proto.RawData.ToByteArray();
        return DataType switch
        {
            TensorDataType.Float32 => Bytes<float>([.. _proto.FloatData]),
            TensorDataType.Float64 => Bytes<double>([.. _proto.DoubleData]),
            TensorDataType.Int64 => Bytes<long>([.. _proto.Int64Data]),
            TensorDataType.Int32 => Bytes<int>([.. _proto.Int32Data]),
            _ => Bytes<ushort>([.. _proto.Int32Data.Select(number => (ushort)number)]),
        };
    }

    private byte[] LoadExternal()
    {
        (string file, long offset) = External();
        byte[] bytes = new byte[_bytes];
        using FileStream stream = File.OpenRead(file);
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private (string File, long Offset) External()
    {
        string location = Entry("location") ?? throw Fault("it is in another file, which isn't named", "location");
        if (Path.IsPathRooted(location) || location.Split('/', '\\').Contains("..") || location.Contains(':'))
            throw Fault($"\"{OnnxModel.Printable(location)}\" isn't in the model's folder", "location");
        string? found = _model.Folder is { } folder ? new CheckpointFolder(folder).Find(location) : null;
        if (found is null)
        {
            throw new CheckpointFormatException(
                _model.Path, $"the file {OnnxModel.Printable(location)} that holds it is missing",
                "Put it beside the model, where it was exported.", Name, "location");
        }

        long offset = Number("offset", 0), length = Number("length", _bytes), available = new FileInfo(found).Length;
        if (length != _bytes)
            throw Fault($"it has {length} bytes, but its shape and type need {_bytes}", "length");
        if (offset > available - length)
            throw Fault($"{length} bytes from byte {offset} on aren't in {OnnxModel.Printable(location)}, which has {available}", "offset");
        if (_bytes > Array.MaxLength)
            throw Fault($"it has {_bytes} bytes, more than one tensor may have", "length");
        return (found, offset);
    }

    private long Number(string key, long missing) => Entry(key) is not { } text ? missing
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw Fault($"\"{OnnxModel.Printable(text)}\" isn't a whole number of 0 or more", key);

    private string? Entry(string key) => _proto.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    private CheckpointFormatException Fault(string reason, string field) => new(_model.Path, reason, OnnxModel.Damaged, Name, field);

    private static byte[] Bytes<T>(ReadOnlySpan<T> values) where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    /// <summary>Rows to columns.</summary>
    private static byte[] Exchange(byte[] values, int rows, int columns, int size)
    {
        byte[] exchanged = new byte[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                values.AsSpan((row * columns + column) * size, size).CopyTo(exchanged.AsSpan((column * rows + row) * size));
        }

        return exchanged;
    }
}
