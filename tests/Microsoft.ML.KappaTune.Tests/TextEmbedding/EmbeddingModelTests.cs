using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tests.TextClassification;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.TextEmbedding;

/// <summary>Embeddings under other trainers, in files, in engines, and gone.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class EmbeddingModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly string _base;

    public EmbeddingModelTests() => _base = TinyModel.Write(_folder, config: TinyModel.Config(hidden: 48, layers: 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_linear_trainer_learns_from_vectors_and_the_pipeline_is_one_file()
    {
        IDataView train = Short(300), test = Short(100, seed: 2);
        var pipeline = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(Embedding())
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.001f))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = pipeline.Fit(train);
        IDataView scored = model.Transform(test);
        double accuracy = _context.MulticlassClassification.Evaluate(scored).MicroAccuracy;
        Assert.True(accuracy > 0.8, $"accuracy {accuracy}");

        _context.Model.Save(model, train.Schema, _folder.File("model.zip"));
        ITransformer loaded = new MLContext().Model.Load(_folder.File("model.zip"), out _);
        using (loaded as IDisposable)
            Assert.Equal(scored.GetColumn<float[]>("Score"), loaded.Transform(test).GetColumn<float[]>("Score"));
    }

    [Fact]
    public void A_fresh_process_without_the_base_model_has_the_same_scores()
    {
        Document[] documents = Document.Rows(60);
        IDataView rows = _context.Data.LoadFromEnumerable(documents);
        var pipeline = _context.Transforms.Conversion.MapValueToKey("Label", nameof(Document.Class))
            .Append(_context.Transforms.Text.KappaTuneEmbedding("Features", nameof(Document.Sentence1), _base))
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(_context.Transforms.Conversion.MapKeyToValue("Guess", "PredictedLabel"));
        using var model = pipeline.Fit(rows);
        string file = _folder.File("model.zip"), result = _folder.File("result.tsv");
        string texts = _folder.Write("rows.tsv", string.Concat(documents.Select(row => $"{row.Class}\t{row.Sentence1}\n")));
        _context.Model.Save(model, rows.Schema, file);
        Directory.Delete(_base, recursive: true);
        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.KappaTune.Tests.Loader.dll");
        // The runtime lies in <root>/shared/Microsoft.NETCore.App/<version>.
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        var start = new ProcessStartInfo(dotnet, [program, file, texts, result]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        IDataView scored = model.Transform(rows);
        Assert.Equal(
            scored.GetColumn<float[]>("Score").Zip(scored.GetColumn<string>("Guess"), (scores, guess) =>
                $"{guess}\t{string.Join('\t', scores.Select(score => BitConverter.SingleToInt32Bits(score)))}"),
            File.ReadAllLines(result));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tuned_model_has_the_same_vectors_as_a_folder_as_a_file_and_in_memory(bool lora)
    {
        IDataView rows = Short(40);
        var trainer = _context.MulticlassClassification.Trainers.KappaTuneTextClassification(new()
        {
            BaseModel = _base,
            Sentence1ColumnName = "Text",
            Method = lora ? TuningMethod.Lora(rank: 2) : TuningMethod.Direct,
            LearningRate = 0.05,
            MaxEpochs = 1,
            ScanCacheDirectory = null,
        });
        var options = new KappaTuneEmbeddingEstimator.Options { Pooling = EmbeddingPooling.FirstToken };
        float[][] inMemory;
        using (var model = _context.Transforms.Conversion.MapValueToKey("Label").Append(trainer).Fit(rows))
        {
            _context.Model.Save(model, rows.Schema, _folder.File("tuned.zip"));
            model.LastTransformer!.SaveModel(_folder.File("tuned"));
            using var embedding = _context.Transforms.Text.KappaTuneEmbedding(options, model.LastTransformer).Fit(rows);
            model.Dispose();
            inMemory = Vectors(embedding);
        }

        foreach (string tuned in (string[])[_folder.File("tuned"), _folder.File("tuned.zip")])
        {
            using var embedding = _context.Transforms.Text.KappaTuneEmbedding(options with { Model = tuned }).Fit(rows);
            Assert.Equal(inMemory, Vectors(embedding));
        }

        using var untuned = _context.Transforms.Text.KappaTuneEmbedding(options with { Model = _base }).Fit(rows);
        Assert.NotEqual(inMemory, Vectors(untuned));

        float[][] Vectors(KappaTuneEmbeddingTransformer embedding) => [.. embedding.Transform(rows).GetColumn<float[]>("Features")];
    }

    [Fact]
    public void Trees_learn_from_vectors()
    {
        IDataView train = Boolean(Short(300)), test = Boolean(Short(100, seed: 2));
        using var model = Embedding().Append(_context.BinaryClassification.Trainers.FastTree("IsBad", numberOfTrees: 20)).Fit(train);
        double accuracy = _context.BinaryClassification.Evaluate(model.Transform(test), "IsBad").Accuracy;
        Assert.True(accuracy > 0.7, $"accuracy {accuracy}");

        IDataView Boolean(IDataView rows) => _context.Transforms
            .CustomMapping<Note, Sign>((note, sign) => sign.IsBad = note.Label == "class 1", null).Fit(rows).Transform(rows);
    }

    [Fact]
    public void Engines_of_many_threads_share_one_model()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(40));
        using var model = Embedding().Fit(rows);
        var engineOptions = new PredictionEngineOptions { OwnsTransformer = false };
        using var alone = _context.Model.CreatePredictionEngine<Note, Vector>(model, engineOptions);
        float[][] expected = [.. Note.Some(40).Select(note => alone.Predict(note).Features)];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var engine = _context.Model.CreatePredictionEngine<Note, Vector>(model, engineOptions);
            Assert.Equal(expected, Note.Some(40).Select(note => engine.Predict(note).Features));
        });
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            foreach ((float[] vector, float[] one) in model.Transform(rows).GetColumn<float[]>("Features").Zip(expected))
                Assert.Equal(0, vector.Zip(one, (a, b) => Math.Abs(a - b)).Max(), 2e-6);
        });
    }

    [Fact]
    public void Disposing_frees_every_tensor()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(40));
        long before = LiveTensors.Settled();
        var model = Embedding().Fit(rows);
        Assert.True(Tensor.TotalCount > before);
        long loaded = Tensor.TotalCount;
        Assert.Equal(40, model.Transform(rows).GetColumn<float[]>("Features").Count());
        Assert.Equal(loaded, Tensor.TotalCount);
        model.Dispose();
        model.Dispose();
        LiveTensors.AssertAre(before);
        Assert.Throws<ObjectDisposedException>(() => model.Transform(rows).GetColumn<float[]>("Features").Count());
    }

    [Fact]
    public void A_saved_embedding_needs_no_other_file_and_the_same_one_is_the_same_bytes()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(30));
        var options = new KappaTuneEmbeddingEstimator.Options
        {
            Model = _base,
            InputColumnName = "Text",
            OutputColumnName = "Vector",
            Pooling = EmbeddingPooling.FirstToken,
            Normalize = false,
            MaxSequenceLength = 9,
            BatchSize = 7,
            Threads = 1,
        };
        using var model = _context.Transforms.Text.KappaTuneEmbedding(options).Fit(rows);
        byte[] file = Save(model, rows);
        Assert.Equal(Entries(file), Entries(Save(model, rows)));
        Directory.Delete(_base, recursive: true);
        var loaded = (KappaTuneEmbeddingTransformer)LoadedModel.Of(file);
        using (loaded)
        {
            Assert.Equal(model.Transform(rows).GetColumn<float[]>("Vector"), loaded.Transform(rows).GetColumn<float[]>("Vector"));
            Assert.Equal(Entries(file), Entries(Save(loaded, rows)));
        }
    }

    [Fact]
    public void Damage_to_a_file_is_a_format_error()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Note.Some(2));
        byte[] file;
        using (var model = Embedding().Fit(rows))
            file = Save(model, rows);
        var random = new Random(5);
        string[] names = [.. Entries(file).Select(entry => entry.Name)];
        Assert.Contains(names, name => name.EndsWith("model.safetensors", StringComparison.Ordinal));
        // The schema and ML.NET's own version are ML.NET's to check.
        foreach (string name in names.Where(name => name.Contains("TransformerChain", StringComparison.Ordinal)))
        {
            for (int i = 0; i < 6; i++)
            {
                byte[] damaged = ModelZip.Edit(file, (entry, content) =>
                {
                    if (entry != name)
                        return content;
                    // Of what the component says of itself, ML.NET's part has bytes that nobody reads.
                    bool isKey = name.EndsWith(".key", StringComparison.Ordinal);
                    int begin = isKey ? (int)BitConverter.ToInt64(content, 16) : content.Length / 4;
                    int place = begin + random.Next(isKey ? (int)BitConverter.ToInt64(content, 24) : content.Length - begin);
                    if (i % 3 == 0)
                        return content[..place];
                    content[place] ^= 0x10;
                    return content;
                });
                Refused(damaged, name);
            }
        }

        static void Refused(byte[] damaged, string name)
        {
            try
            {
                (LoadedModel.Of(damaged) as IDisposable)?.Dispose();
                Assert.Fail($"A change in {name} wasn't found.");
            }
            catch (FormatException)
            {
            }
        }
    }

    /// <summary>Texts of which even an encoder that nobody trained keeps enough.</summary>
    private IDataView Short(int count, int seed = 1) => _context.Data.LoadFromEnumerable(Note.Some(count, seed: seed, longest: 4));

    private KappaTuneEmbeddingEstimator Embedding() => _context.Transforms.Text.KappaTuneEmbedding("Features", "Text", _base);

    private byte[] Save(ITransformer model, IDataView rows)
    {
        using var stream = new MemoryStream();
        _context.Model.Save(model, rows.Schema, stream);
        return stream.ToArray();
    }

    private static (string Name, string Content)[] Entries(byte[] file)
    {
        var entries = new List<(string, string)>();
        ModelZip.Edit(file, (name, content) =>
        {
            entries.Add((name, Convert.ToHexString(content)));
            return content;
        });
        return [.. entries];
    }

    private sealed class Sign
    {
        public bool IsBad { get; set; }
    }

    private sealed class Vector
    {
        public float[] Features { get; set; } = [];
    }
}
