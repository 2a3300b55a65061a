using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_single_file_a_folder_and_shards_give_the_same_tensors()
    {
        Shards();
        File.Copy(_folder.File("model-1.safetensors"), _folder.File("alone.safetensors"));
        using var alone = Checkpoint.Open(_folder.File("alone.safetensors"));
        using var sharded = Checkpoint.Open(_folder.Path);
        Assert.Equal(["a", "b"], alone.Tensors.Select(t => t.Name));
        Assert.Equal(["a", "b", "c"], sharded.Tensors.Select(t => t.Name));
        Assert.Equal(_folder.File("model-2.safetensors"), sharded.Find("c")!.File);
        Assert.Null(sharded.Find("d"));
        Assert.Null(sharded.Config);

        File.Move(_folder.File("alone.safetensors"), _folder.File("model.safetensors"));
        using var single = Checkpoint.Open(_folder.Path); // The single file goes before the index, as in Hugging Face's libraries.
        Assert.Equal(["a", "b"], single.Tensors.Select(t => t.Name));
    }

    [Fact]
    public void A_tensor_that_the_index_forgets_is_there_with_its_shard()
    {
        Shards("""{"weight_map":{"a":"model-1.safetensors","c":"model-2.safetensors"}}""");
        using var checkpoint = Checkpoint.Open(_folder.Path);
        Assert.NotNull(checkpoint.Find("b"));
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("[]", null, null)]
    [InlineData("null", null, null)]
    [InlineData("{", null, null)]
    [InlineData("{}", null, "weight_map")]
    [InlineData("""{"weight_map":null}""", null, "weight_map")]
    [InlineData("""{"weight_map":["a"]}""", null, "weight_map")]
    [InlineData("""{"weight_map":{"a":1}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":null}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":""}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":"model-1.safetensors","a":"model-2.safetensors"}}""", null, "a")]
    [InlineData("""{"weight_map":{"a":"../model-1.safetensors"}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":"sub/model-1.safetensors"}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":"sub\\model-1.safetensors"}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":"/etc/model-1.safetensors"}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":"C:model-1.safetensors"}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":"model-1\u0000.safetensors"}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":"pytorch_model-1.bin"}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"a":"\ud800.safetensors"}}""", null, null)]
    [InlineData("""{"weight_map":{"a":"model-2.safetensors"}}""", "a", "weight_map")]
    [InlineData("""{"weight_map":{"d":"model-1.safetensors"}}""", "d", "weight_map")]
    public void A_bad_index_is_refused(string index, string? tensor, string? field)
    {
        Shards(index);
        var error = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
        Assert.Equal((_folder.File(Index), tensor, field), (error.File, error.Tensor, error.Field));
    }

    [Fact]
    public void An_index_nested_10_000_deep_is_refused()
    {
        Shards(string.Concat(Enumerable.Repeat("{\"weight_map\":", 10_000)) + "1" + new string('}', 10_000));
        Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
    }

    [Fact]
    public void A_missing_shard_and_a_tensor_in_two_shards_are_refused()
    {
        Shards();
        File.Copy(_folder.File("model-1.safetensors"), _folder.File("model-2.safetensors"), overwrite: true);
        var twice = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
        Assert.Equal((_folder.File("model-2.safetensors"), "a"), (twice.File, twice.Tensor));

        File.Delete(_folder.File("model-2.safetensors"));
        var missing = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
        Assert.Equal(_folder.File("model-2.safetensors"), missing.File);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    public void A_link_out_of_the_folder_is_refused(string name)
    {
        using var elsewhere = new TemporaryFolder();
        Shards();
        elsewhere.Write(name, name == "config.json" ? "{}"u8 : SafetensorsBytes.Of("{}", 0));
        File.CreateSymbolicLink(_folder.File(name), elsewhere.File(name));
        var error = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
        Assert.Equal(_folder.File(name), error.File);
        Assert.Contains("link", error.Reason);
    }

    [Fact]
    public void A_link_out_through_a_link_inside_and_a_circle_of_links_are_refused()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("model.safetensors", SafetensorsBytes.Of("{}", 0));
        Directory.CreateSymbolicLink(_folder.File("inside"), elsewhere.Path);
        File.CreateSymbolicLink(_folder.File("model.safetensors"), Path.Combine("inside", "model.safetensors"));
        Assert.Contains("link", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path)).Reason);

        File.Delete(_folder.File("model.safetensors"));
        File.CreateSymbolicLink(_folder.File("model.safetensors"), _folder.File("other.safetensors"));
        File.CreateSymbolicLink(_folder.File("other.safetensors"), _folder.File("model.safetensors"));
        Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
    }

    [Fact]
    public void Links_inside_the_folder_to_the_folder_and_into_the_hubs_blobs_are_followed()
    {
        string snapshot = _folder.File("snapshots/0123");
        Directory.CreateDirectory(snapshot);
        Directory.CreateDirectory(_folder.File("blobs"));
        _folder.Write("blobs/abc", SafetensorsBytes.Of("{}", 0));
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.safetensors"), "../../blobs/abc");
        using (Checkpoint.Open(snapshot)) { }

        Directory.CreateSymbolicLink(_folder.File("link"), snapshot);
        using (Checkpoint.Open(_folder.File("link"))) { }

        _folder.Write("real.safetensors", SafetensorsBytes.Of("{}", 0));
        File.CreateSymbolicLink(_folder.File("model.safetensors"), "real.safetensors");
        using (Checkpoint.Open(_folder.Path)) { }
    }

    [Theory]
    [InlineData("pytorch_model.bin", "save_pretrained")]
    [InlineData("model.pt", "save_pretrained")]
    [InlineData("model.PTH", "save_pretrained")]
    [InlineData("model.ggml", "GGUF")]
    public void Other_formats_are_refused_with_what_to_do_instead(string name, string remedy)
    {
        string path = _folder.Write(name, "anything");
        var file = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(path));
        var folder = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
        Assert.Equal(path, file.File);
        Assert.Contains(remedy, file.Remedy);
        Assert.Contains(remedy, folder.Remedy);
    }

    [Fact]
    public void A_folder_without_weights_with_too_many_files_or_nothing_at_all_is_refused()
    {
        Assert.Contains("no model.safetensors", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path)).Message);
        Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.File("nothing")));
        _folder.Write("one.safetensors", SafetensorsBytes.Of("{}", 0));
        using (Checkpoint.Open(_folder.Path)) { }

        _folder.Write("two.safetensors", SafetensorsBytes.Of("{}", 0));
        Assert.Contains("2 .safetensors files", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path)).Message);
    }

    [Fact]
    public void A_folder_with_a_bad_file_leaves_none_open()
    {
        Shards();
        _folder.Write("model-2.safetensors", "not a checkpoint");
        Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path));
        using FileStream exclusive = new(_folder.File("model-1.safetensors"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    private void Shards(string index =
        """{"metadata":{"total_size":12},"weight_map":{"a":"model-1.safetensors","b":"model-1.safetensors","c":"model-2.safetensors"}}""")
    {
        _folder.Write("model-1.safetensors", SafetensorsBytes.Of(
            """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3));
        _folder.Write("model-2.safetensors", SafetensorsBytes.Of("""{"c":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1));
        _folder.Write(Index, index);
    }
}
