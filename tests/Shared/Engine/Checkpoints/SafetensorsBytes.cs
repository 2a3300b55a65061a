using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>Safetensors files as bytes, valid or not, as a test needs them.</summary>
internal static class SafetensorsBytes
{
    /// <summary>The length, the header as given, and so many bytes of data: 0, 1, 2, …</summary>
    public static byte[] Of(string header, int dataLength) => Of(Encoding.UTF8.GetBytes(header), dataLength);

    public static byte[] Of(byte[] header, int dataLength) => WithLength((ulong)header.Length, header, dataLength);

    /// <summary>A length that needn't be the header's.</summary>
    public static byte[] WithLength(ulong length, byte[] header, int dataLength)
    {
        byte[] file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        header.CopyTo(file, 8);
        for (int i = 0; i < dataLength; i++)
            file[8 + header.Length + i] = (byte)i;
        return file;
    }

    /// <summary>One tensor, named <c>w</c>.</summary>
    public static byte[] Tensor(string dtype, string shape, string offsets, int dataLength) =>
        Of($$$"""{"w":{"dtype":{{{dtype}}},"shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""", dataLength);
}
