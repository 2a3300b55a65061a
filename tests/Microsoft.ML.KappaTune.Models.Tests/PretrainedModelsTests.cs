using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Tests;

namespace Microsoft.ML.KappaTune.Models.Tests;

/// <summary>The packages' encoders as folders that any library reads. The current folder is the process's.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class PretrainedModelsTests
{
    private static readonly string[] Files =
    [
        "1_Pooling/config.json", "LICENSE", "README.md", "config.json", "kappatune-files.json", "model.safetensors", "modules.json",
        "sentence_bert_config.json", "tokenizer_config.json", "vocab.txt",
    ];

    public static TheoryData<string, string> Models => new()
    {
        { PretrainedModels.MiniLM, "all-MiniLM-L6-v2" },
        { PretrainedModels.ArcticXs, "snowflake-arctic-embed-xs" },
    };

    [Theory, MemberData(nameof(Models))]
    public void The_folder_is_complete(string folder, string name)
    {
        Assert.Equal(name, Path.GetFileName(folder));
        Assert.Equal(Files, Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Contains("Apache License 2.0", File.ReadAllText(Path.Combine(folder, "README.md")));
        Assert.Contains("Apache License", File.ReadAllText(Path.Combine(folder, "LICENSE")));
        string words = File.ReadAllText(Path.Combine(folder, "vocab.txt"));
        Assert.DoesNotContain("\r", words);
        Assert.Equal(30522, words.TrimEnd('\n').Split('\n').Length);

        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Assert.Equal([30522L, 384], checkpoint.Find("embeddings.word_embeddings.weight")!.Shape);
        for (int layer = 0; layer < 6; layer++)
        {
            Assert.Equal([1536L, 384], checkpoint.Find($"encoder.layer.{layer}.intermediate.dense.weight")!.Shape);
            Assert.Equal([384L, 1536], checkpoint.Find($"encoder.layer.{layer}.output.dense.weight")!.Shape);
        }

        Assert.All(checkpoint.Tensors, tensor => Assert.Equal(TensorDataType.Float32, tensor.DataType));
    }

    [Theory, MemberData(nameof(Models))]
    public void The_shipped_control_text_has_enough_pairs_of_sentences(string folder, string _)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(folder, checkpoint.Config));
        RetentionProbe probe = RetentionProbe.Create(
            checkpoint, EncoderConfig.Read(checkpoint), tokenizer, ControlSource.Shipped, new() { MaxWindows = 400 });
        Assert.Equal(RetentionObjective.SentencePairs, probe.Objective);
        Assert.Equal(800, probe.Windows.Count);
        Assert.Equal(800, probe.Windows.Select(window => string.Join(' ', window.Ids)).Distinct().Count());
    }

    [Theory, MemberData(nameof(Models))]
    public void It_knows_the_shipped_control_text_but_not_in_other_letters(string folder, string _)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        var config = EncoderConfig.Read(checkpoint);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(folder, checkpoint.Config));
        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 2, seed: 1, resetHead: true, resetPooler: true);
        Assert.Empty(ControlTextCheck.Warnings("prose", Read(ControlSource.Shipped, 400), [new("A text of the task.", null)]));
        Assert.Null(OfLoss(ControlSource.Shipped));
        using var reader = new StreamReader(ControlSource.Shipped.Open());
        string exchanged = string.Concat(reader.ReadToEnd().Select(c => char.IsAsciiLetter(c) ? Exchanged(c) : c));
        Assert.NotNull(OfLoss(ControlSource.FromTexts("other letters", [exchanged])));

        ControlSamples Read(ControlSource text, int most) => ControlSamples.Read(checkpoint, config, tokenizer, text, most);

        string? OfLoss(ControlSource text)
        {
            using var meter = new ControlMeter(Read(text, 60).Probe(), ControlMeasures.Loss, model, head: null, firstTrained: 0);
            (double loss, double chance) = meter.BaseLoss!.Value;
            return ControlTextCheck.OfLoss(text.Name, RetentionObjective.SentencePairs, loss, chance);
        }

        // Half of the alphabet further.
        static char Exchanged(char letter) => (char)(letter + (char.ToLowerInvariant(letter) < 'n' ? 13 : -13));
    }

    [Theory, MemberData(nameof(Models))]
    public void It_can_be_scanned(string folder, string name)
    {
        ScanReport report = CheckpointScanner.Scan(
            folder, new() { Precision = ScanPrecision.Ranking }, TestContext.Current.CancellationToken);
        Assert.Equal(name, Path.GetFileName(report.Model));
        Assert.Equal(36, report.Matrices.Count(matrix => matrix.Name.Contains("encoder.layer.") && matrix.Kappa > 1));
    }

    [Fact]
    public void Options_name_them_by_a_word()
    {
        Assert.Equal(PretrainedModels.MiniLM, NamedModels.FolderOf("minilm"));
        Assert.Equal(PretrainedModels.ArcticXs, NamedModels.FolderOf("arctic-xs"));
        Assert.Equal(PretrainedModels.MiniLM, NamedModels.FolderOf("MiniLM"));
        using Checkpoint checkpoint = Checkpoint.Open("minilm");
        Assert.Equal(("minilm", PretrainedModels.MiniLM), (checkpoint.Path, checkpoint.Folder));
        Assert.Equal("minilm", Checkpoint.PlaceOf("minilm"));
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable([new Sentence { Text = "A lamp that is dark." }]);
        Assert.Equal(Vector("minilm"), Vector(PretrainedModels.MiniLM));

        float[] Vector(string model)
        {
            using KappaTuneEmbeddingTransformer embedding = context.Transforms.Text.KappaTuneEmbedding(new() { Model = model }).Fit(rows);
            return Assert.Single(embedding.Transform(rows).GetColumn<float[]>("Features"));
        }
    }

    [Fact]
    public void What_a_name_was_tuned_from_is_saved_without_it_and_found_again()
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(
            [new Sentence { Text = "A lamp that is dark.", Kind = "a" }, new Sentence { Text = "A refund, please.", Kind = "b" }]);
        using var folder = new TemporaryFolder();
        string file = folder.File("model.zip"), before = Environment.CurrentDirectory;
        try
        {
            using var model = context.Transforms.Conversion.MapValueToKey("Label", "Kind")
                .Append(context.MulticlassClassification.Trainers.KappaTuneTextClassification(new()
                {
                    BaseModel = "minilm",
                    Sentence1ColumnName = "Text",
                    Selection = KappaSelection.Lowest(1),
                    MaxEpochs = 1,
                    WeightStorage = WeightStorage.Changed,
                })).Fit(rows);
            context.Model.Save(model, rows.Schema, file);
            Assert.Equal("minilm", model.LastTransformer.Report!.BaseModel);
            float[] scores = Scores(model);
            Assert.Equal(scores, ScoresOfLoaded());

            // Whatever lies in the current folder by that name.
            Directory.CreateDirectory(folder.File("minilm"));
            Environment.CurrentDirectory = folder.File("");
            Assert.Equal(scores, ScoresOfLoaded());
            context.Model.Save(model, rows.Schema, file);
            Assert.Equal(scores, ScoresOfLoaded());

            // The environment goes before the name.
            Environment.SetEnvironmentVariable(BaseReference.Variable, PretrainedModels.ArcticXs);
            var error = Assert.Throws<CheckpointFormatException>(ScoresOfLoaded);
            Assert.Equal((PretrainedModels.ArcticXs, "it isn't the base model that the saved model was trained from"),
                (error.File, error.Reason));
            Assert.Contains(BaseReference.Variable, error.Remedy);
            Environment.SetEnvironmentVariable(BaseReference.Variable, PretrainedModels.MiniLM);
            Assert.Equal(scores, ScoresOfLoaded());
        }
        finally
        {
            Environment.SetEnvironmentVariable(BaseReference.Variable, null);
            Environment.CurrentDirectory = before;
        }

        float[] Scores(ITransformer model) => model.Transform(rows).GetColumn<float[]>("Score").First();

        float[] ScoresOfLoaded()
        {
            ITransformer loaded = SavedModel.Load(context.Model, file, out _);
            using ((IDisposable)loaded)
                return Scores(loaded);
        }
    }

    [Fact]
    public void ArcticXs_takes_the_first_token_unless_an_option_says_otherwise()
    {
        float[][] own = Vectors(PretrainedModels.ArcticXs, null);
        Assert.Equal(Vectors(PretrainedModels.ArcticXs, EmbeddingPooling.FirstToken), own);
        Assert.NotEqual(Vectors(PretrainedModels.ArcticXs, EmbeddingPooling.Mean), own);
        Assert.Equal(Vectors(PretrainedModels.MiniLM, EmbeddingPooling.Mean), Vectors(PretrainedModels.MiniLM, null));

        static float[][] Vectors(string model, EmbeddingPooling? pooling)
        {
            var context = new MLContext(seed: 1);
            IDataView rows = context.Data.LoadFromEnumerable(
                [new Sentence { Text = "A lamp that is dark." }, new Sentence { Text = "A refund, please." }]);
            using KappaTuneEmbeddingTransformer embedding =
                context.Transforms.Text.KappaTuneEmbedding("Features", "Text", model, pooling).Fit(rows);
            return [.. embedding.Transform(rows).GetColumn<float[]>("Features")];
        }
    }

    [Fact]
    public void MiniLM_gives_the_vectors_that_sentence_transformers_gives()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Golden.Open("sentence/minilm.json")));
        string[] sentences = [.. golden.RootElement.GetProperty("sentences").EnumerateArray().Select(text => text.GetString()!)];
        using SafetensorsFile file = SafetensorsFile.Open(Golden.Open("sentence/minilm.safetensors"));
        TensorView expected = file.Tensors.Single(tensor => tensor.Name == "embeddings");
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(sentences.Select(text => new Sentence { Text = text }));
        using KappaTuneEmbeddingTransformer embedding =
            context.Transforms.Text.KappaTuneEmbedding(new() { Model = PretrainedModels.MiniLM, MaxSequenceLength = 256 }).Fit(rows);
        float[][] vectors = [.. embedding.Transform(rows).GetColumn<float[]>("Features")];
        Assert.Equal(sentences.Length, vectors.Length);
        for (int i = 0; i < vectors.Length; i++)
        {
            var wanted = new float[384];
            expected.Read(i * 384L, wanted);
            for (int j = 0; j < wanted.Length; j++)
                Assert.Equal(wanted[j], vectors[i][j], 1e-5f);
        }
    }

    private sealed class Sentence
    {
        public string Text { get; set; } = "";
        public string Kind { get; set; } = "";
    }
}
