using Microsoft.ML.KappaTune.Fusion;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

public sealed class FrameStoreTests : IDisposable
{
    private const int RowBytes = sizeof(float) * 10 * SmallFusion.FrameSize;

    private readonly TemporaryFolder _folder = new();

    private string StoreFile => _folder.File("frames");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(RowBytes - 1, 0)]
    [InlineData(3 * RowBytes, 3)]
    [InlineData(long.MaxValue, 20)]
    public void Rows_are_the_same_bit_for_bit_in_any_order_wherever_they_are(long mostBytes, int inMemory)
    {
        Frames[] rows = [.. Enumerable.Range(0, 20).Select(seed => SmallFusion.Frames(10, seed))];
        using (var store = new FrameStore(StoreFile, mostBytes))
        {
            Frames[] kept = [.. rows.Select(store.Keep)];
            Assert.Equal(((long)inMemory * RowBytes, (20L - inMemory) * RowBytes), (store.MemoryBytes, store.FileBytes));
            int[] order = [.. Enumerable.Range(0, 200).Select(i => i * 7 % rows.Length)];
            Parallel.ForEach(order, i =>
            {
                Assert.Equal((rows[i].Size, rows[i].Count), (kept[i].Size, kept[i].Count));
                Assert.Equal(rows[i].Values.ToArray(), kept[i].Values.ToArray());
                Assert.Equal(rows[i].Normalized().Values.ToArray(), kept[i].Normalized().Values.ToArray());
                float[] more = new float[rows[i].Length + 2];
                kept[i].CopyTo(more);
                Assert.Equal((float[])[.. rows[i].Values, 0, 0], more);
            });
            Assert.Equal(inMemory, rows.Zip(kept).Count(pair => pair.First == pair.Second));
            // What has no frames needs no place.
            Assert.Equal(0, store.Keep(new([], SmallFusion.FrameSize)).Values.Length);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void The_file_is_gone_after_an_exception_and_where_it_has_a_name_only_while_it_is_open()
    {
        Frames? kept = null;
        Assert.Throws<InvalidTimeZoneException>((Action)(() =>
        {
            using var store = new FrameStore(StoreFile, mostBytes: 0);
            kept = store.Keep(SmallFusion.Frames(10));
            Assert.Equal(OperatingSystem.IsWindows(), File.Exists(StoreFile));
            throw new InvalidTimeZoneException();
        }));
        Assert.False(File.Exists(StoreFile));
        Assert.Throws<ObjectDisposedException>(() => kept!.Values.Length);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_said_with_what_to_do()
    {
        using var store = new FrameStore(_folder.File("missing/frames"), mostBytes: RowBytes);
        Frames frames = SmallFusion.Frames(10);
        Assert.Same(frames, store.Keep(frames));
        var e = Assert.Throws<IOException>(() => store.Keep(frames));
        Assert.StartsWith($"{_folder.File("missing/frames")}: frames for which there is no room", e.Message);
        Assert.Contains("TMPDIR", e.Message);
        Assert.Equal(0, store.FileBytes);
    }
}
