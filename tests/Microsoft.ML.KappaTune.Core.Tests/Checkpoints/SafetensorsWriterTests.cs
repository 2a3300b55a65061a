using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_again()
    {
        SafetensorsWriter.Write(Target, [Bytes("b", 3), Floats("z", 1, 2), Floats("a \"ä\u0001", 3), Floats("none")],
            new Dictionary<string, string> { ["format"] = "pt" });
        using SafetensorsFile file = SafetensorsFile.Open(Target);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(["a \"ä\u0001", "none", "z", "b"], file.Tensors.Select(t => t.Name));
        float[] values = new float[2];
        file.Tensors[2].Read(0, values);
        Assert.Equal([1, 2], values);
        Assert.Equal([3], file.Tensors[3].Bytes(0, 1).ToArray());
    }

    [Fact]
    public void Every_tensor_is_aligned_to_its_type()
    {
        SafetensorsWriter.Write(Target, Enum.GetValues<TensorDataType>().Reverse()
            .Select(type => TensorSource.FromBytes($"{type} name", type, [3], new byte[3 * type.Size()])));
        using SafetensorsFile file = SafetensorsFile.Open(Target);
        Assert.Equal(Enum.GetValues<TensorDataType>().Length, file.Tensors.Count);
        Assert.All(file.Tensors, t => Assert.Equal(0, t.Address % t.DataType.Size()));
        Assert.Equal(0, file.Tensors[0].Address % 8);
    }

    [Fact]
    public void The_same_tensors_in_any_order_give_the_same_bytes()
    {
        Dictionary<string, string> metadata = new() { ["y"] = "1", ["x"] = "2" };
        SafetensorsWriter.Write(Target, [Floats("b", 1), Bytes("c", 2), Floats("a", 3)], metadata);
        byte[] first = File.ReadAllBytes(Target);
        SafetensorsWriter.Write(
            Target, [Bytes("c", 2), Floats("a", 3), Floats("b", 1)], new Dictionary<string, string> { ["x"] = "2", ["y"] = "1" });
        Assert.Equal(first, File.ReadAllBytes(Target));
        Assert.Equal(
            """{"__metadata__":{"x":"2","y":"1"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1]"""
                + ""","data_offsets":[4,8]},"c":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}""",
            System.Text.Encoding.UTF8.GetString(first.AsSpan(8, BitConverter.ToInt32(first))).TrimEnd());
    }

    [Fact]
    public void A_copied_tensor_is_bit_identical()
    {
        byte[] odd = new byte[3_000_001];
        new Random(1).NextBytes(odd);
        SafetensorsWriter.Write(_folder.File("source.safetensors"), [Bytes("w", odd)]);
        using SafetensorsFile source = SafetensorsFile.Open(_folder.File("source.safetensors"));
        SafetensorsWriter.Write(Target, source.Tensors.Select(TensorSource.Copy));
        using SafetensorsFile copy = SafetensorsFile.Open(Target);
        Assert.Equal(odd, copy.Tensors[0].Bytes(0, odd.Length).ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_callback_that_writes_too_little_or_too_much_leaves_the_old_file(int written)
    {
        SafetensorsWriter.Write(Target, [Floats("old", 1)]);
        byte[] old = File.ReadAllBytes(Target);
        TensorSource wrong = new("new", TensorDataType.Float32, [1], stream => stream.Write(new byte[written]));
        Assert.Contains(
            "\"new\"", Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(Target, [Floats("fine", 1), wrong])).Message);
        AssertOnly(old);
    }

    [Fact]
    public void A_callback_that_fails_leaves_the_old_file_and_nothing_else()
    {
        SafetensorsWriter.Write(Target, [Floats("old", 1)]);
        byte[] old = File.ReadAllBytes(Target);
        TensorSource failing = new("new", TensorDataType.Float32, [1 << 20], stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new TimeoutException();
        });
        Assert.Throws<TimeoutException>(() => SafetensorsWriter.Write(Target, [failing]));
        AssertOnly(old);
        File.Delete(Target);
        Assert.Throws<TimeoutException>(() => SafetensorsWriter.Write(Target, [failing]));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void While_it_is_written_the_old_file_is_whole()
    {
        SafetensorsWriter.Write(Target, [Floats("old", 1)]);
        byte[] old = File.ReadAllBytes(Target);
        SafetensorsWriter.Write(Target, [new("new", TensorDataType.UInt8, [1 << 20], stream =>
        {
            stream.Write(new byte[1 << 20]);
            Assert.Equal(old, File.ReadAllBytes(Target));
        })]);
        Assert.NotEqual(old, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Names_and_shapes_that_the_format_cannot_hold_are_refused()
    {
        Refuse([Floats("a", 1), Floats("a", 2)]);
        Refuse([Floats("__metadata__", 1)]);
        Refuse([Floats("a\0", 1)]);
        Refuse([Floats("../a", 1)]);
        Refuse([TensorSource.FromBytes("a", TensorDataType.Float32, [-1], default)]);
        Refuse([TensorSource.FromBytes("a", TensorDataType.Float32, [1L << 32, 1L << 32], default)]);

        void Refuse(TensorSource[] tensors)
        {
            Assert.ThrowsAny<ArgumentException>(() => SafetensorsWriter.Write(Target, tensors));
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        }
    }

    private void AssertOnly(byte[] content)
    {
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    private static TensorSource Floats(string name, params float[] values) =>
        TensorSource.FromBytes(
            name, TensorDataType.Float32, [values.Length], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static TensorSource Bytes(string name, params byte[] values) =>
        TensorSource.FromBytes(name, TensorDataType.UInt8, [values.Length], values);
}
