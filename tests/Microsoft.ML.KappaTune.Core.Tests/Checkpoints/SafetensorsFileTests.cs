using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> BadNames => [.. BadFile.All.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(BadNames))]
    public void A_bad_file_is_refused_by_name_without_a_large_allocation(string name)
    {
        BadFile bad = BadFile.All[name];
        string path = _folder.Write("model.safetensors", bad.Bytes);
        Assert.ThrowsAny<FormatException>(() => SafetensorsFile.Open(path)); // Once before, for what is allocated only the first time.

        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Open(path));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(path, error.File);
        Assert.Equal(bad.Tensor, error.Tensor);
        Assert.Equal(bad.Field, error.Field);
        Assert.Contains(error.Reason, error.Message);
        Assert.EndsWith(error.Remedy, error.Message);
        Assert.DoesNotContain('\0', error.Message);
        Assert.InRange(allocated, 0, 100_000 + 4 * bad.Bytes.Length);
    }

    [Fact]
    public void A_header_over_the_limit_is_refused_though_the_file_has_it()
    {
        string path = _folder.File("model.safetensors");
        using (FileStream stream = File.Create(path))
        {
            stream.Write(BitConverter.GetBytes(100_000_001L));
            stream.Write("{}"u8);
            stream.SetLength(100_000_009 + 8); // A sparse file: no space on the disk.
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Open(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal("header length", error.Field);
        Assert.Contains("100000000", error.Message);
    }

    [Theory]
    [InlineData("{}", 0, 0)]
    [InlineData("""{"__metadata__":{}}""", 0, 0)]
    [InlineData("""{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, 1)]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[7,0,3],"data_offsets":[0,0]},"v":{"dtype":"F16","shape":[0,1],"data_offsets":[0,0]}}""", 0, 2)]
    [InlineData("""{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4, 1)]
    [InlineData("""   {"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}     """, 4, 1)]
    [InlineData("""{"w":{"data_offsets":[0,4],"comment":{"of":["another","writer"]},"shape":[1],"dtype":"F32"}}""", 4, 1)]
    [InlineData(
        """{"a.b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"ä \"\u00e4\"":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""",
        3, 2)]
    [InlineData("""{"z":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, 2)]
    public void An_unusual_but_valid_file_loads(string header, int dataLength, int tensors)
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("model.safetensors", SafetensorsBytes.Of(header, dataLength)));
        Assert.Equal(tensors, file.Tensors.Count);
        Assert.Equal(dataLength, file.Tensors.Sum(t => t.ByteLength));
        Assert.All(file.Tensors, t => t.Read(0, new float[t.ElementCount]));
    }

    [Fact]
    public void Metadata_and_descriptions_are_read()
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("model.safetensors", SafetensorsBytes.Of(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"I16","shape":[2,3],"data_offsets":[4,16]}"""
                + ""","a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""",
            16)));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(["a", "b"], file.Tensors.Select(t => t.Name));
        TensorView b = file.Tensors[1];
        Assert.Equal((TensorDataType.Int16, 6, 12), (b.DataType, b.ElementCount, b.ByteLength));
        Assert.Equal([2, 3], b.Shape);
        Assert.Equal(new byte[] { 6, 7 }, b.Bytes(2, 2).ToArray());
        float[] values = new float[2];
        b.Read(1, values);
        Assert.Equal([0x0706, 0x0908], values);
    }

    [Fact]
    public void Reading_outside_of_a_tensor_is_an_error_and_so_is_reading_after_dispose()
    {
        SafetensorsFile file =
            SafetensorsFile.Open(_folder.Write("model.safetensors", SafetensorsBytes.Tensor("\"F32\"", "[2]", "[0,8]", 8)));
        TensorView w = file.Tensors[0];
        Assert.Throws<ArgumentOutOfRangeException>(() => w.Read(1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => w.Read(-1, new double[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => w.Bytes(7, 2).Length);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => w.Read(0, new float[1]));
        Assert.Throws<ObjectDisposedException>(() => w.Bytes(0, 1).Length);
    }

    [Fact]
    public void A_tensor_over_2_GiB_is_read_at_its_end()
    {
        const long Count = (1L << 31) + 3;
        string header = $$$"""{"big":{"dtype":"F16","shape":[{{{Count}}}],"data_offsets":[0,{{{2 * Count}}}]}}""";
        string path = _folder.Write("model.safetensors", SafetensorsBytes.Of(header, 0));
        using (FileStream stream = File.OpenWrite(path))
        {
            stream.SetLength(8 + header.Length + 2 * Count); // A sparse file: no space on the disk.
            stream.Seek(-2, SeekOrigin.End);
            stream.Write(BitConverter.GetBytes((Half)1.5));
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        float[] last = new float[2];
        file.Tensors[0].Read(Count - 2, last);
        Assert.Equal([0f, 1.5f], last);
        Assert.Equal([0x3e], file.Tensors[0].Bytes(2 * Count - 1, 1).ToArray());
    }

    [Fact]
    public void A_missing_file_a_folder_and_a_file_of_another_kind_say_what_they_are()
    {
        Assert.Contains(
            "no such file", Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Open(_folder.File("none.safetensors"))).Message);
        Directory.CreateDirectory(_folder.File("folder.safetensors"));
        Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Open(_folder.File("folder.safetensors")));
        Assert.Contains("Git LFS", Refusal("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"));
        Assert.Contains("GGUF", Refusal("GGUF\x03\0\0\0\0\0\0\0"));
        Assert.Contains("pickle", Refusal("PK\x03\x04\x14\0\0\0\0\0"));

        string Refusal(string content) =>
            Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Open(_folder.Write("model.safetensors", content))).Remedy;
    }

    [Theory]
    [InlineData(0x7b)] // "{"
    [InlineData(0x7b_7b_20)]
    [InlineData(0x02_80)] // As a pickle of protocol 2 begins.
    [InlineData(0x71_02_80)]
    public void A_file_that_was_cut_off_is_no_other_format_whatever_its_first_bytes_are(long length)
    {
        byte[] bytes = [.. BitConverter.GetBytes(length), .. "{\"w\":{\"dtype\":"u8];
        var error = Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Open(_folder.Write("model.safetensors", bytes)));
        Assert.Equal(("header length", $"it is {length} bytes, more than the file has"), (error.Field, error.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ufeff")]
    [InlineData("\ufeff\r\n")]
    [InlineData(" \t\r\n  \n\n\n\n")]
    public void Json_is_recognised_behind_a_mark_and_blanks(string before)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(before + "{\"hidden_size\": 64}");
        var error = Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Open(_folder.Write("model.safetensors", bytes)));
        Assert.StartsWith("This is JSON", error.Remedy);
    }

    [Fact]
    public void A_table_is_recognised()
    {
        var error = Assert.Throws<CheckpointFormatException>(
            () => SafetensorsFile.Open(_folder.Write("rows.tsv", "Label\tText\nirony\tas if it were said \u201cso\u201d\n"u8.ToArray())));
        Assert.Equal("it isn't a safetensors file", error.Reason);
        Assert.StartsWith("This is text", error.Remedy);
    }

    [Fact]
    public void A_pickle_is_recognised()
    {
        // {} and {"w": …, as Python's pickle writes them in protocol 2.
        foreach (byte[] bytes in (byte[][])[[0x80, 2, 0x7d, 0x71, 0, 0x2e, 0, 0], [0x80, 2, 0x7d, 0x71, 0, 0x58, 1, 0, 0, 0, 0x77]])
        {
            var error = Assert.Throws<CheckpointFormatException>(() => SafetensorsFile.Open(_folder.Write("model.safetensors", bytes)));
            Assert.Contains("pickle", error.Remedy);
        }
    }
}
