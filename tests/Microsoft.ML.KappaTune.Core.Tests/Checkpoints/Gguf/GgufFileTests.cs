using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class GgufFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<byte[], string> Wrong() => new()
    {
        { GgufBytes.Small(magic: 1), "magic" },
        { GgufBytes.Small(version: 1), "version" },
        { GgufBytes.Small(tensors: ulong.MaxValue), "tensor count" },
        { GgufBytes.Small(entries: 1ul << 40), "metadata count" },
        { GgufBytes.Small(valueType: 13), "general.alignment" },
        { GgufBytes.Small(valueType: 8, alignment: uint.MaxValue), "general.alignment" },
        { GgufBytes.Small(valueType: 9), "general.alignment" },
        { GgufBytes.Small(alignment: 0), "general.alignment" },
        { GgufBytes.Small(alignment: 12), "general.alignment" },
        { GgufBytes.Small(dimensions: 0), "dimension count" },
        { GgufBytes.Small(dimensions: 5), "dimension count" },
        { GgufBytes.Small(columns: 0), "dimensions" },
        { GgufBytes.Small(columns: 33), "dimensions" },
        { GgufBytes.Small(columns: 1ul << 40, rows: 1ul << 40), "dimensions" },
        { GgufBytes.Small(type: 10), "type" },
        { GgufBytes.Small(type: 1000), "type" },
        { GgufBytes.Small(offset: 8), "offset" },
        { GgufBytes.Small(offset: ulong.MaxValue - 31), "offset" },
        { GgufBytes.Small(dataLength: 67), "offset" },
        { GgufBytes.Two("b", 32), "offset" },
        { GgufBytes.Two("a", 64), "name" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_file_is_refused_by_field(byte[] bytes, string field)
    {
        string path = _folder.Write("model.gguf", bytes);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => GgufFile.Open(path));
        Assert.Equal(field, e.Field);
        Assert.Equal(path, e.File);
    }

    [Fact]
    public void A_right_file_opens()
    {
        Assert.Equal(2, Read(GgufBytes.Two("b", 64)));
        Assert.Equal(1, Read(GgufBytes.Small()));
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        byte[] whole = GgufBytes.Small();
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<CheckpointFormatException>(() => Read(whole[..length]));
    }

    [Fact]
    public void A_mutated_file_opens_or_is_refused()
    {
        byte[] whole = GgufBytes.Small();
        var random = new Random(7);
        int refused = 0, opened = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = [.. whole];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Read(bytes);
                opened++;
            }
            catch (CheckpointFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 200, 2000);
        Assert.InRange(opened, 200, 2000);
    }

    /// <summary>Reads every value; the number of tensors.</summary>
    private int Read(byte[] bytes)
    {
        using GgufFile file = GgufFile.Open(_folder.Write("model.gguf", bytes));
        foreach (GgufTensor tensor in file.Tensors)
            tensor.Read(0, new float[tensor.ElementCount]);
        return file.Tensors.Count;
    }
}
