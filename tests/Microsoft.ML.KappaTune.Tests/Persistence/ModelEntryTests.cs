using System.Text;
using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.Tests.Persistence;

/// <summary>What a model file says is believed only as far as it can do no harm, whoever computed the checksums.</summary>
public sealed class ModelEntryTests
{
    private static readonly byte[] Checksum = new byte[32];

    [Theory]
    [InlineData("model.safetensors", true)]
    [InlineData("vocab_1-b.TXT", true)]
    [InlineData("", false)]
    [InlineData(".hidden", false)]
    [InlineData("..", false)]
    [InlineData("../config.json", false)]
    [InlineData("a/b", false)]
    [InlineData(@"a\b", false)]
    [InlineData("c:d", false)]
    [InlineData("a b", false)]
    [InlineData("a\0", false)]
    [InlineData("ä", false)]
    public void Names_stay_within_a_folder(string name, bool allowed)
    {
        Assert.Equal(allowed, ModelEntry.IsFileName(name));
        if (allowed)
            Assert.Equal(name, Assert.Single(Load(new ModelEntry(name, 5, Checksum))).Name);
        else
            Assert.Throws<FormatException>(() => Load(new ModelEntry(name, 5, Checksum)));
    }

    [Fact]
    public void A_name_twice_and_a_negative_length_are_refused()
    {
        Assert.Throws<FormatException>(() => Load(new("a", 1, Checksum), new("A", 2, Checksum)));
        Assert.Throws<FormatException>(() => Load(new("a", -1, Checksum), new("b", 2, Checksum)));
        Assert.Equal([1L, long.MaxValue], Load(new("a", 1, Checksum), new("b", long.MaxValue, Checksum)).Select(entry => entry.Length));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    public void A_count_without_bytes_is_refused(int count)
    {
        byte[] list = Saved(new ModelEntry("a", 1, Checksum));
        BitConverter.TryWriteBytes(list, count);
        Assert.Throws<FormatException>(() => ModelEntry.LoadList(new BinaryReader(new MemoryStream(list))));
    }

    [Fact]
    public void A_sealed_payload_is_read_whole_or_not_at_all()
    {
        byte[] whole = Sealed(writer => writer.Write("some text"));
        Assert.Equal("some text", Open(whole, reader => reader.ReadString()));
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 1;
            Assert.Throws<FormatException>(() => Open(changed, reader => reader.ReadString()));
            Assert.Throws<FormatException>(() => Open(whole[..i], reader => reader.ReadString()));
        }

        // A reader that wants more, or less, than was written reads something else than was written.
        Assert.Throws<FormatException>(() => Open(whole, reader => reader.ReadString() + reader.ReadByte()));
        Assert.Throws<FormatException>(() => Open(whole, reader => reader.ReadByte()));
    }

    private static List<ModelEntry> Load(params ModelEntry[] entries) =>
        ModelEntry.LoadList(new BinaryReader(new MemoryStream(Saved(entries))));

    private static byte[] Saved(params ModelEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
            ModelEntry.SaveList(writer, entries);
        return stream.ToArray();
    }

    private static byte[] Sealed(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
            SealedPayload.Write(writer, write);
        return stream.ToArray();
    }

    private static T Open<T>(byte[] bytes, Func<BinaryReader, T> read) =>
        SealedPayload.Read(new BinaryReader(new MemoryStream(bytes)), read);
}
