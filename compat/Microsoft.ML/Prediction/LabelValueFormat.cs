namespace Microsoft.ML.Data;

/// <summary>Single values of the primitive types in a model file.</summary>
internal static class LabelValueFormat
{
    public static void Write(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> text: writer.Write(text.ToString()); break;
            case bool truth: writer.Write(truth); break;
            case sbyte number: writer.Write(number); break;
            case byte number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case ulong number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case TimeSpan span: writer.Write(span.Ticks); break;
            case DateTime time: writer.Write(time.Ticks); break;
            case DateTimeOffset time:
                writer.Write(time.Ticks);
                writer.Write(time.Offset.Ticks);
                break;
            default: throw Contracts.ExceptNotSupp($"Values of {value.GetType()} can't be saved");
        }
    }

    public static object Read(BinaryReader reader, DataKind kind) => kind switch
    {
        DataKind.String => reader.ReadString().AsMemory(),
        DataKind.Boolean => reader.ReadBoolean(),
        DataKind.SByte => reader.ReadSByte(),
        DataKind.Byte => reader.ReadByte(),
        DataKind.Int16 => reader.ReadInt16(),
        DataKind.UInt16 => reader.ReadUInt16(),
        DataKind.Int32 => reader.ReadInt32(),
        DataKind.UInt32 => reader.ReadUInt32(),
        DataKind.Int64 => reader.ReadInt64(),
        DataKind.UInt64 => reader.ReadUInt64(),
        DataKind.Single => reader.ReadSingle(),
        DataKind.Double => reader.ReadDouble(),
        DataKind.TimeSpan => new TimeSpan(reader.ReadInt64()),
        DataKind.DateTime => new DateTime(reader.ReadInt64()),
        DataKind.DateTimeOffset => new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64())),
        _ => throw ModelLimits.Corrupt(),
    };
}
