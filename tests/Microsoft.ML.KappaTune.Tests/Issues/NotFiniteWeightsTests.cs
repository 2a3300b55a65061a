using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests.Spectra;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>A base with NaN or infinities was found out by a loss that is none, with advice about the learning rate.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class NotFiniteWeightsTests : IDisposable
{
    private const string Words = "bert.embeddings.word_embeddings.weight", Query = "bert.encoder.layer.1.attention.self.query.weight";

    private readonly TinyTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(Query, 3, 5, float.NaN, "the value at row 3, column 5 of [32, 32] is NaN")]
    [InlineData(
        "bert.encoder.layer.0.output.dense.weight", 31, 63, float.NegativeInfinity,
        "the value at row 31, column 63 of [32, 64] is infinite")]
    [InlineData(Words, 7, 0, float.NaN, "the value at row 7, column 0")]
    public void The_place_is_named_when_the_model_is_loaded(string tensor, int row, int column, float value, string reason)
    {
        Set(tensor, row, column, value);
        int steps = 0;
        var error = Assert.Throws<CheckpointFormatException>(() => _tiny.Tune(_tiny.Options with
        {
            Selection = KappaSelection.Lowest(1) with { Exclude = [tensor == Words ? Query : tensor] },
            ZeroPaddingRow = true,
            Progress = _ => steps++,
        }));
        Assert.Equal((tensor, 0), (error.Tensor, steps));
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("learning rate", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ZeroPaddingRow", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(tensor, Assert.Throws<CheckpointFormatException>(() => Embed(zeroPaddingRow: true)).Tensor);
    }

    [Fact]
    public void A_padding_row_is_refused_with_the_way_to_go_on()
    {
        SetPadding(float.NaN);
        var error = Assert.Throws<CheckpointFormatException>(() => _tiny.Tune());
        Assert.Equal(Words, error.Tensor);
        Assert.Contains("row 0, column 0", error.Reason, StringComparison.Ordinal);
        Assert.Contains(nameof(TuningOptions.ZeroPaddingRow), error.Remedy, StringComparison.Ordinal);
        Assert.Equal(Words, Assert.Throws<CheckpointFormatException>(() => Embed(zeroPaddingRow: false)).Tensor);
    }

    [Fact]
    public void With_zeros_for_it_all_comes_out_as_with_a_row_of_zeros()
    {
        TuningOptions options = _tiny.Options with { MaxEpochs = 1 };
        SetPadding(0);
        SortedDictionary<string, float[]> expected = TinyTask.WeightsOf(_tiny.Tune(options));
        float[][] vectors = Embed(zeroPaddingRow: false);
        SetPadding(float.NaN);
        TinyTask.AssertSame(expected, TinyTask.WeightsOf(_tiny.Tune(options with { ZeroPaddingRow = true })));
        Assert.Equal(vectors, Embed(zeroPaddingRow: true));
    }

    [Fact]
    public void A_finite_padding_row_stays_as_it_is()
    {
        SetPadding(0.25f);
        TinyTask.AssertSame(
            TinyTask.WeightsOf(_tiny.Tune(_tiny.Options with { MaxEpochs = 1 })),
            TinyTask.WeightsOf(_tiny.Tune(_tiny.Options with { MaxEpochs = 1, ZeroPaddingRow = true })));
    }

    [Fact]
    public void A_model_saved_without_its_base_finds_it_again()
    {
        SetPadding(float.NaN);
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(
            TinyTask.Rows(24, seed: 5).Select(row => new Text(row.Text, row.Label == 0 ? "good" : "bad")));
        IDataView keyed = context.Transforms.Conversion.MapValueToKey("Label", nameof(Text.Class)).Fit(data).Transform(data);
        var model = context.MulticlassClassification.Trainers.KappaTuneTextClassification(
            _tiny.As<KappaTuneTextClassificationTrainer.Options>() with
            {
                MaxEpochs = 1,
                ZeroPaddingRow = true,
                WeightStorage = WeightStorage.Changed,
            }).Fit(keyed);
        using var stream = new MemoryStream();
        context.Model.Save(model, keyed.Schema, stream);
        ITransformer loaded = LoadedModel.Of(stream.ToArray());
        float[][] scores = [.. loaded.Transform(keyed).GetColumn<float[]>("Score")];
        Assert.Equal(model.Transform(keyed).GetColumn<float[]>("Score"), scores);
        Assert.All(scores, row => Assert.All(row, score => Assert.True(float.IsFinite(score))));
    }

    [Fact]
    public void A_scan_needs_no_embeddings_and_says_how_to_go_on_where_it_does()
    {
        SetPadding(float.NaN);
        Assert.NotNull(TestCheckpoint.Scan(_tiny.Base, TestCheckpoint.Options()).Find(Query).Kappa);
        ScanOptions all = TestCheckpoint.Options(KappaSelection.Lowest(1) with { Embeddings = true });
        var error = Assert.Throws<CheckpointFormatException>(() => TestCheckpoint.Scan(_tiny.Base, all));
        Assert.Contains("row 0, column 0", error.Reason, StringComparison.Ordinal);
        Assert.Contains("--non-finite report", error.Remedy, StringComparison.Ordinal);
        Assert.Null(TestCheckpoint.Scan(_tiny.Base, all with { NonFinite = NonFiniteHandling.Report }).Find(Words).Kappa);
    }

    private sealed record Text(string Sentence1, string Class);

    private float[][] Embed(bool zeroPaddingRow)
    {
        var context = new MLContext();
        IDataView data = context.Data.LoadFromEnumerable(
            new[] { new Text("a good film", ""), new Text("the meal was very odd today .", "") });
        var options = new KappaTuneEmbeddingEstimator.Options
        {
            Model = _tiny.Base,
            InputColumnName = nameof(Text.Sentence1),
            Device = "cpu",
            ZeroPaddingRow = zeroPaddingRow,
        };
        return [.. context.Transforms.Text.KappaTuneEmbedding(options).Fit(data).Transform(data).GetColumn<float[]>("Features")];
    }

    private void SetPadding(float value) => Change(Words, values => values[..32].Fill(value));

    private void Set(string tensor, int row, int column, float value) =>
        Change(tensor, values => values[row * (tensor.Contains(".output.dense", StringComparison.Ordinal) ? 64 : 32) + column] = value);

    private delegate void Edit(Span<float> values);

    private void Change(string tensor, Edit edit)
    {
        string path = Path.Combine(_tiny.Base, "model.safetensors");
        byte[] bytes = File.ReadAllBytes(path);
        long offset = sizeof(long) + BitConverter.ToInt64(bytes), count;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            TensorView view = file.Tensors.Single(t => t.Name == tensor);
            (offset, count) = (offset + view.Address - file.Tensors.Min(t => t.Address), view.ElementCount);
        }

        edit(MemoryMarshal.Cast<byte, float>(bytes.AsSpan((int)offset, (int)count * sizeof(float))));
        File.WriteAllBytes(path, bytes);
    }
}
