using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Rows;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.TextEmbedding;

/// <summary>Vectors are what the encoder computes for each text by itself, whatever it is batched with.</summary>
public sealed class EmbeddingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly string _base;

    public EmbeddingTests() => _base = TinyModel.Write(_folder, config: TinyModel.Config(hidden: 16));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(EmbeddingPooling.Mean, false)]
    [InlineData(EmbeddingPooling.Mean, true)]
    [InlineData(EmbeddingPooling.FirstToken, false)]
    [InlineData(EmbeddingPooling.FirstToken, true)]
    public void Vectors_are_pooled_states_of_each_text_alone(EmbeddingPooling pooling, bool normalize)
    {
        Note[] notes = [.. Note.Some(60), new() { Text = "" }, new() { Text = null }];
        IDataView rows = _context.Data.LoadFromEnumerable(notes);
        var options = Options with { Pooling = pooling, Normalize = normalize };
        using KappaTuneEmbeddingTransformer embedding = _context.Transforms.Text.KappaTuneEmbedding(options).Fit(rows);
        Assert.Equal(16, embedding.Dimension);
        float[][] vectors = [.. embedding.Transform(rows).GetColumn<float[]>("Features")];
        Assert.Equal(notes.Length, vectors.Length);
        foreach ((Note note, float[] vector) in notes.Zip(vectors))
            AssertNear(Expected(note.Text ?? "", pooling, normalize), vector);
        Assert.True(vectors.Select(vector => vector[0]).Distinct().Count() > 30, "the texts have all the same vectors");
    }

    [Fact]
    public void A_family_without_types_of_tokens_has_vectors_too()
    {
        string folder = TinyModel.Write(_folder, "other", config: TinyModel.Config(ModelFamilies.DistilBert, hidden: 8));
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(10));
        using var embedding = _context.Transforms.Text.KappaTuneEmbedding("Vector", "Text", folder).Fit(rows);
        Assert.All(embedding.Transform(rows).GetColumn<float[]>("Vector"), vector =>
        {
            Assert.Equal(8, vector.Length);
            Assert.Equal(1, Length(vector), 1e-6);
        });
    }

    [Fact]
    public void Options_have_their_effects()
    {
        Note[] notes = [new() { Text = "good film the book" }, new() { Text = "good film a meal" }];
        IDataView rows = _context.Data.LoadFromEnumerable(notes);
        Assert.NotEqual(Vectors(Options)[0], Vectors(Options)[1]);
        // [CLS] good film [SEP], twice.
        float[][] cut = Vectors(Options with { MaxSequenceLength = 4 });
        Assert.Equal(cut[0], cut[1]);
        Assert.Equal(Vectors(Options), Vectors(Options with { Device = "cpu", Threads = 1 }));
        AssertNear(Vectors(Options)[0], Vectors(Options with { BatchSize = 1 })[0]);
        Assert.Equal(Vectors(Options), Vectors(Options with { InputColumnName = "Copy", OutputColumnName = "Vector" }));

        float[][] Vectors(KappaTuneEmbeddingEstimator.Options options)
        {
            IDataView copied = _context.Transforms.CopyColumns("Copy", "Text").Fit(rows).Transform(rows);
            using var embedding = _context.Transforms.Text.KappaTuneEmbedding(options).Fit(copied);
            return [.. embedding.Transform(copied).GetColumn<float[]>(options.OutputColumnName)];
        }
    }

    [Fact]
    public void Texts_that_are_cut_are_noted()
    {
        var warnings = new List<string>();
        _context.Log += (_, e) => warnings.Add(e.RawMessage);
        IDataView rows = _context.Data.LoadFromEnumerable([new Note { Text = "good" }, new Note { Text = new string('.', 100) }]);
        using var embedding = _context.Transforms.Text.KappaTuneEmbedding(Options).Fit(rows);
        Assert.Equal(2, embedding.Transform(rows).GetColumn<float[]>("Features").Count());
        Assert.Contains("1 of 2 texts were longer than the model's 24 tokens and were cut.", warnings);
    }

    [Fact]
    public void The_column_is_a_vector_of_known_size_and_the_text_s_column_is_checked()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(2));
        var estimator = _context.Transforms.Text.KappaTuneEmbedding(Options with { OutputColumnName = "Label" });
        var spy = new ShapeSpy();
        spy.Append(new ShapeSpy()).Fit(rows);
        SchemaShape.Column shape = estimator.GetOutputSchema(spy.Seen!).Single(column => column.Name == "Label");
        Assert.Equal((SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false), (shape.Kind, shape.ItemType, shape.IsKey));
        using var embedding = estimator.Fit(rows);
        DataViewType type = embedding.GetOutputSchema(rows.Schema)["Label"].Type;
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 16), type);

        foreach (string column in (string[])["Absent", "Score"])
        {
            var other = _context.Transforms.Text.KappaTuneEmbedding(Options with { InputColumnName = column });
            Assert.Contains($"'{column}'", Assert.Throws<ArgumentOutOfRangeException>(() => other.Fit(rows)).Message);
            Assert.Throws<ArgumentOutOfRangeException>(() => other.GetOutputSchema(spy.Seen!));
        }

        var absent = _context.Transforms.Text.KappaTuneEmbedding(Options with { InputColumnName = "Absent" });
        Assert.Contains(
            "Name the right one as inputColumnName where this is made, or add it",
            Assert.Throws<ArgumentOutOfRangeException>(() => absent.Fit(rows)).Message);
    }

    [Fact]
    public void Options_out_of_range_are_named_before_anything_is_loaded()
    {
        foreach ((KappaTuneEmbeddingEstimator.Options options, string name) in (ReadOnlySpan<(KappaTuneEmbeddingEstimator.Options, string)>)
        [
            (Options with { Model = " " }, "Model is empty"),
            (Options with { OutputColumnName = "" }, "OutputColumnName is empty"),
            (Options with { InputColumnName = "" }, "InputColumnName is empty"),
            (Options with { Pooling = (EmbeddingPooling)7 }, "Pooling is 7; allowed is Mean, FirstToken, LastToken, or null"),
            (Options with { MaxSequenceLength = 3 }, "MaxSequenceLength is 3; allowed is 4 or more"),
            (Options with { BatchSize = 0 }, "BatchSize is 0; allowed is 1 or more."),
            (Options with { Threads = -1 }, "Threads is -1; allowed is 0 or more."),
            (Options with { Device = "tpu" }, "Device is tpu"),
        ])
            Assert.StartsWith(name, Assert.Throws<ArgumentException>(() => _context.Transforms.Text.KappaTuneEmbedding(options)).Message);
        Assert.Throws<ArgumentNullException>(() => _context.Transforms.Text.KappaTuneEmbedding(null!));
    }

    [Fact]
    public void A_model_that_is_none_is_named()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(2));
        Assert.Contains("absent", Assert.Throws<CheckpointFormatException>(() => Fit(_folder.File("absent"))).Message);
        string other = _folder.File("other.zip");
        _context.Model.Save(_context.Transforms.CopyColumns("Copy", "Text").Fit(rows), rows.Schema, other);
        var error = Assert.Throws<FormatException>(() => Fit(other));
        Assert.StartsWith(
            $"{other} has no model that KappaTuneTextClassification, KappaTuneLanguageModel or KappaTuneSpeech tuned.", error.Message);
        string garbage = _folder.Write("garbage.zip", "PK, but no more of it");
        Assert.StartsWith($"{garbage} isn't a zip archive", Assert.Throws<FormatException>(() => Fit(garbage)).Message);
        string cut = _folder.File("cut.zip");
        File.WriteAllBytes(cut, File.ReadAllBytes(other)[..^30]);
        Assert.StartsWith($"{cut} is a zip archive that was cut off", Assert.Throws<FormatException>(() => Fit(cut)).Message);
        Assert.Contains("no such file", Assert.Throws<CheckpointFormatException>(() => Fit(_folder.File("absent.zip"))).Message);
        File.Delete(Path.Combine(_base, "vocab.txt"));
        Assert.Contains("no tokenizer", Assert.Throws<CheckpointFormatException>(() => Fit(_base)).Message);

        void Fit(string model) => _context.Transforms.Text.KappaTuneEmbedding("Features", "Text", model).Fit(rows);
    }

    private KappaTuneEmbeddingEstimator.Options Options => new() { Model = _base };

    /// <summary>By a text's own forward pass, and sums in float64.</summary>
    private float[] Expected(string text, EmbeddingPooling pooling, bool normalize)
    {
        using var scope = NewDisposeScope();
        using var mode = no_grad();
        using Checkpoint checkpoint = Checkpoint.Open(_base);
        using TextEncoder encoder = TextEncoder.Load(checkpoint);
        encoder.eval();
        var tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(_base, checkpoint.Config));
        long[] ids = [.. tokenizer.Encode(text, null, 24).Ids.Select(id => (long)id)];
        Tensor mask = ones(1, ids.Length, dtype: ScalarType.Int64);
        float[] states = encoder.Encode(tensor(ids, [1, ids.Length]), mask, null).data<float>().ToArray();
        double[] pooled = [.. Enumerable.Range(0, 16).Select(h => pooling == EmbeddingPooling.FirstToken
            ? states[h]
            : Enumerable.Range(0, ids.Length).Average(t => (double)states[t * 16 + h]))];
        double length = normalize ? Math.Sqrt(pooled.Sum(value => value * value)) : 1;
        return [.. pooled.Select(value => (float)(value / length))];
    }

    private static double Length(float[] vector) => Math.Sqrt(vector.Sum(value => (double)value * value));

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 2e-6);
    }
}
