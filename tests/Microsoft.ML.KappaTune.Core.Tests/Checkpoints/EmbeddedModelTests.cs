using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>A model folder within a program, on its way to the disk; of a few small files instead of a model's.</summary>
public sealed class EmbeddedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, byte[]> _content = new()
    {
        ["config.json"] = "{}"u8.ToArray(),
        ["model.safetensors"] = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))],
    };

    private string Cache => _folder.File("cache");

    private EmbeddedModel Model => Of(_content);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_written_once_under_a_name_of_their_content()
    {
        string folder = Model.Extract([Cache]);
        Assert.Equal(Path.Combine(Cache, "models", Model.Name), folder);
        AssertWhole(folder);
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(folder, "config.json"));
        Assert.Equal(folder, Model.Extract([Cache]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(folder, "config.json")));

        Assert.NotEqual(folder, Of(new(_content) { ["config.json"] = "[]"u8.ToArray() }).Extract([Cache]));
        Assert.NotEqual(Model.Name, Of(new() { ["config.jso"] = [.. "n"u8] }).Name);
    }

    [Fact]
    public void What_a_stopped_or_failed_process_left_is_no_model()
    {
        EmbeddedModel failing = new(new Dictionary<string, Func<Stream>>
        {
            ["config.json"] = () => new MemoryStream("{}"u8.ToArray()),
            ["model.safetensors"] = new Interrupted(_content["model.safetensors"]).Open,
        });
        Assert.Throws<InvalidDataException>(() => failing.Extract([Cache]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Cache, "models")));

        Directory.CreateDirectory(Path.Combine(Cache, "models", Model.Name));
        AssertWhole(Model.Extract([Cache]));
    }

    [Theory]
    [InlineData("model.safetensors", 0)]
    [InlineData("model.safetensors", 99_999)]
    [InlineData("config.json", 1)]
    public void A_changed_byte_is_noticed_and_the_files_are_written_again(string name, int place)
    {
        string folder = Model.Extract([Cache]), file = Path.Combine(folder, name);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[place] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal(folder, Model.Extract([Cache]));
        AssertWhole(folder);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    public void A_missing_file_is_written_again(string name)
    {
        string folder = Model.Extract([Cache]);
        File.Delete(Path.Combine(folder, name));
        AssertWhole(Model.Extract([Cache]));
        AssertNothingElse();
    }

    [Fact]
    public void Many_may_want_it_at_once()
    {
        const int Users = 8;
        for (int round = 0; round < 10; round++)
        {
            string cache = _folder.File($"cache-{round}");
            using var start = new Barrier(Users);
            // Each with hashes of its own, as processes have them.
            Thread[] users = [.. Enumerable.Range(0, Users).Select(_ => new Thread(() =>
            {
                EmbeddedModel mine = Model;
                start.SignalAndWait();
                AssertWhole(mine.Extract([cache]));
            }))];
            Array.ForEach(users, user => user.Start());
            Array.ForEach(users, user => user.Join());
            Assert.Equal([Model.Name], Directory.EnumerateFileSystemEntries(Path.Combine(cache, "models")).Select(Path.GetFileName));
        }
    }

    [Fact]
    public void Where_the_first_folder_cannot_be_written_the_next_one_is_taken()
    {
        // A file where a folder should be can't be written into, even by an administrator.
        string file = _folder.Write("home", "");
        AssertWhole(Model.Extract([Path.Combine(file, "cache"), Cache]));
        var refused = Assert.Throws<CheckpointFormatException>(() => Model.Extract([Path.Combine(file, "a"), Path.Combine(file, "b")]));
        Assert.Contains("KAPPATUNE_CACHE", refused.Message);
        Assert.Contains(Path.Combine(file, "b"), refused.Message);
    }

    [Fact]
    public void A_folder_that_is_there_and_cannot_be_written_will_do()
    {
        string folder = Model.Extract([Cache]);
        Assert.Equal(folder, Model.Extract([Cache, Path.Combine(_folder.Write("file", ""), "x")]));
    }

    [Fact]
    public void Without_files_there_is_no_model()
    {
        var refused = Assert.Throws<CheckpointFormatException>(() => Of([]).Extract([Cache]));
        Assert.Equal(BaseModel.Embedded, refused.File);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public void Files_are_for_their_user_only()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no such modes.");
        else
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Model.Extract([Cache])));
    }

    private static EmbeddedModel Of(Dictionary<string, byte[]> content) => new(
        content.ToDictionary(file => file.Key, file => (Func<Stream>)(() => new MemoryStream(file.Value))));

    private void AssertWhole(string folder)
    {
        Assert.Equal(_content.Keys.Order(), Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order());
        Assert.All(_content, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(folder, file.Key))));
    }

    private void AssertNothingElse() => Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(Cache, "models")));

    /// <summary>Content that can be read once, to know what it is, and half of it a second time.</summary>
    private sealed class Interrupted(byte[] content)
    {
        private int _opened;

        public Stream Open() => _opened++ == 0 ? new MemoryStream(content) : new HalfStream(content);

        private sealed class HalfStream(byte[] content) : MemoryStream(content)
        {
            public override void CopyTo(Stream destination, int bufferSize)
            {
                destination.Write(ToArray().AsSpan(0, (int)Length / 2));
                throw new InvalidDataException("no more");
            }
        }
    }
}
