using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Checkpoints.Onnx;
using Microsoft.ML.KappaTune.Tests.TextEmbedding;
using Onnx;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>A user's folder with an ONNX model, wherever a folder with safetensors can be named.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class OnnxFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly string _original;

    public OnnxFolderTests() => _original = TinyModel.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_scanned_as_the_checkpoint_it_was_exported_from(bool external)
    {
        string export = OnnxExport.Write(_original, _folder.File("export"), external);
        Dictionary<string, double?> expected = Scan(_original);
        Dictionary<string, double?> found = Scan(export);
        Assert.True(found.Count > 12, $"{found.Count} matrices");
        foreach ((string name, double? kappa) in found)
            Assert.Equal(expected[name], kappa);
        Assert.All(expected.Keys.Except(found.Keys), name => Assert.DoesNotContain("encoder.layer", name));
        Assert.Equal(found, Scan(Path.Combine(export, "model.onnx")));

        Dictionary<string, double?> Scan(string path) => CheckpointScanner
            .Scan(path, new() { CacheDirectory = null }, TestContext.Current.CancellationToken)
            .Matrices.ToDictionary(matrix => matrix.Name, matrix => matrix.Kappa);
    }

    [Fact]
    public void Its_vectors_are_those_of_the_checkpoint()
    {
        string export = OnnxExport.Write(_original, _folder.File("export"));
        float[][] expected = Vectors(_original);
        Assert.Equal(expected, Vectors(export));
        Assert.Equal(expected, Vectors(Path.Combine(export, "model.onnx")));
        // As the hub keeps it.
        Directory.CreateDirectory(Path.Combine(export, "onnx"));
        File.Move(Path.Combine(export, "model.onnx"), Path.Combine(export, "onnx", "model.onnx"));
        Assert.Equal(expected, Vectors(export));
    }

    [Fact]
    public void It_is_tuned_as_the_checkpoint()
    {
        string export = OnnxExport.Write(_original, _folder.File("export"));
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(40));
        Assert.Equal(Scores(_original), Scores(export));

        float[][] Scores(string baseModel)
        {
            using var model = _context.Transforms.Conversion.MapValueToKey("Label")
                .Append(_context.MulticlassClassification.Trainers.KappaTuneTextClassification(new()
                {
                    BaseModel = baseModel,
                    Sentence1ColumnName = "Text",
                    ScoreColumnName = "Scores",
                    MaxEpochs = 1,
                    LearningRate = 0.01,
                    Device = "cpu",
                    ScanCacheDirectory = null,
                })).Fit(rows);
            return [.. model.Transform(rows).GetColumn<float[]>("Scores")];
        }
    }

    [Fact]
    public void A_configuration_that_is_not_there_is_read_from_the_graph()
    {
        string export = OnnxExport.Write(_original, _folder.File("export"));
        float[][] expected = Vectors(export);
        File.Delete(Path.Combine(export, "config.json"));
        Assert.Equal(expected, Vectors(export));
    }

    [Theory]
    [InlineData("Erf", "the function between the halves of a feed-forward layer")]
    [InlineData("Reshape", "how many heads its attention has")]
    [InlineData("LayerNormalization", "the epsilon of its norms")]
    public void What_the_graph_does_not_tell_is_named(string operation, string what)
    {
        string export = OnnxExport.Write(_original, _folder.File("export"), edit: model => Remove(model, operation));
        File.Delete(Path.Combine(export, "config.json"));
        var error = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(export));
        Assert.Contains(what, error.Message);
        Assert.Contains("config.json", error.Remedy);
    }

    [Theory]
    [InlineData("location", "../secret", "isn't in the model's folder")]
    [InlineData("location", "a/../../secret", "isn't in the model's folder")]
    [InlineData("location", "..\\secret", "isn't in the model's folder")]
    [InlineData("location", "/etc/passwd", "isn't in the model's folder")]
    [InlineData("location", "c:secret", "isn't in the model's folder")]
    [InlineData("location", "absent", "that holds it is missing")]
    [InlineData("offset", "999999999", "aren't in model.onnx.data")]
    [InlineData("offset", "9223372036854775807", "aren't in model.onnx.data")]
    [InlineData("offset", "-8", "isn't a whole number of 0 or more")]
    [InlineData("length", "4", "its shape and type need")]
    [InlineData("length", "9223372036854775807", "its shape and type need")]
    public void Tensors_in_other_files_are_checked(string key, string value, string reason)
    {
        _folder.Write("secret", new byte[1_000_000]);
        string export = OnnxExport.Write(_original, _folder.File("export"), external: true, edit: model =>
            model.Graph.Initializer.First(tensor => tensor.ExternalData.Count > 0).ExternalData.Single(
                entry => entry.Key == key).Value = value);
        var error = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(export));
        Assert.Contains(reason, error.Message);
        Assert.Equal(key, error.Field);
    }

    [Fact]
    public void A_file_of_tensors_may_not_be_a_link_out_of_the_folder_or_too_short()
    {
        string export = OnnxExport.Write(_original, _folder.File("export"), external: true);
        string data = Path.Combine(export, OnnxExport.ExternalName);
        byte[] values = File.ReadAllBytes(data);
        File.WriteAllBytes(data, values[..^1]);
        Assert.Contains("aren't in model.onnx.data", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(export)).Message);
        File.Delete(data);
        File.CreateSymbolicLink(data, _folder.Write("secret", values));
        Assert.Contains("a link out of", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(export)).Message);
    }

    [Fact]
    public void It_is_converted_once_and_again_where_that_was_damaged()
    {
        string export = Path.Combine(OnnxExport.Write(_original, _folder.File("export")), "model.onnx");
        string converted = OnnxFolder.Convert(export), weights = Path.Combine(converted, "model.safetensors");
        byte[] whole = File.ReadAllBytes(weights);
        DateTime written = File.GetLastWriteTimeUtc(weights);
        Assert.Equal(converted, OnnxFolder.Convert(export));
        Assert.Equal(written, File.GetLastWriteTimeUtc(weights));

        File.WriteAllBytes(weights, [.. whole[..^1], (byte)(whole[^1] ^ 1)]);
        Assert.Equal(converted, OnnxFolder.Convert(export));
        Assert.Equal(whole, File.ReadAllBytes(weights));
        File.Delete(Path.Combine(converted, "vocab.txt"));
        Assert.Equal(converted, OnnxFolder.Convert(export));
        Assert.True(File.Exists(Path.Combine(converted, "vocab.txt")));

        // Another vocabulary is another model.
        File.AppendAllText(Path.Combine(Path.GetDirectoryName(export)!, "vocab.txt"), "more\n");
        Assert.NotEqual(converted, OnnxFolder.Convert(export));
    }

    private static void Remove(ModelProto model, string operation)
    {
        foreach (NodeProto node in model.Graph.Node.Where(node => node.OpType == operation).ToArray())
            model.Graph.Node.Remove(node);
    }

    private float[][] Vectors(string model)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(10));
        using var embedding = _context.Transforms.Text.KappaTuneEmbedding("Vector", "Text", model).Fit(rows);
        return [.. embedding.Transform(rows).GetColumn<float[]>("Vector")];
    }
}
