using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>The codecs of all types whose values can be saved in a model file.</summary>
internal static class ValueCodecs
{
    private static readonly Dictionary<Type, object> Known = new object[]
    {
        new ValueCodec<sbyte>(1, (w, v) => w.Write(v), r => r.ReadSByte()),
        new ValueCodec<byte>(1, (w, v) => w.Write(v), r => r.ReadByte()),
        new ValueCodec<short>(2, (w, v) => w.Write(v), r => r.ReadInt16()),
        new ValueCodec<ushort>(2, (w, v) => w.Write(v), r => r.ReadUInt16()),
        new ValueCodec<int>(4, (w, v) => w.Write(v), r => r.ReadInt32()),
        new ValueCodec<uint>(4, (w, v) => w.Write(v), r => r.ReadUInt32()),
        new ValueCodec<long>(8, (w, v) => w.Write(v), r => r.ReadInt64()),
        new ValueCodec<ulong>(8, (w, v) => w.Write(v), r => r.ReadUInt64()),
        new ValueCodec<float>(4, (w, v) => w.Write(v), r => r.ReadSingle()),
        new ValueCodec<double>(8, (w, v) => w.Write(v), r => r.ReadDouble()),
        new ValueCodec<bool>(1, (w, v) => w.Write(v), r => r.ReadBoolean()),
        new ValueCodec<ReadOnlyMemory<char>>(1, (w, v) => w.Write(v.ToString()), r => r.ReadString().AsMemory()),
        new ValueCodec<TimeSpan>(8, (w, v) => w.Write(v.Ticks), r => new TimeSpan(r.ReadInt64())),
        new ValueCodec<DateTime>(8, (w, v) => w.Write(v.ToBinary()), r => DateTime.FromBinary(r.ReadInt64())),
        new ValueCodec<DateTimeOffset>(16,
            (w, v) => { w.Write(v.Ticks); w.Write(v.Offset.Ticks); },
            r => new DateTimeOffset(r.ReadInt64(), new TimeSpan(r.ReadInt64()))),
        new ValueCodec<DataViewRowId>(16,
            (w, v) => { w.Write(v.Low); w.Write(v.High); },
            r => new DataViewRowId(r.ReadUInt64(), r.ReadUInt64())),
    }.ToDictionary(codec => codec.GetType().GetGenericArguments()[0]);

    public static object? Find(Type rawType) => Known.GetValueOrDefault(rawType);
}
