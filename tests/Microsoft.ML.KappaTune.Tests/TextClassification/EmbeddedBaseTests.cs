using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>The model that comes with the library, as a base like any other; skipped where the library was built without it.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class EmbeddedBaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_the_default() => Assert.Equal(BaseModel.Embedded, new KappaTuneTextClassificationTrainer.Options().BaseModel);

    [Fact]
    public void It_is_small_whole_and_described()
    {
        RequireModel();
        string folder = EmbeddedModel.Folder;
        Assert.StartsWith(Path.Combine(AppContext.BaseDirectory, "cache"), folder);
        string[] files = Directory.GetFiles(folder);
        Assert.InRange(files.Sum(file => new FileInfo(file).Length), 1_000_000, 12_000_000);
        using Checkpoint checkpoint = Checkpoint.Open(BaseModel.Embedded);
        Assert.Equal((BaseModel.Embedded, folder), (checkpoint.Path, checkpoint.Folder));
        EncoderConfig config = EncoderConfig.Read(checkpoint);
        Assert.True(MaskedLanguageModel.IsIn(checkpoint, config), "what it kept can't be measured");
        Assert.All(checkpoint.Tensors, tensor => Assert.Equal(TensorDataType.Float16, tensor.DataType));
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(TokenizerFiles.Read(folder, checkpoint.Config), config.VocabularySize);
        Assert.True(tokenizer.MaskId >= 0);
        Assert.DoesNotContain(tokenizer.UnknownId, tokenizer.Encode("It was the best of times, it was the worst of times.").Ids);

        string card = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.All((string[])["loss", "seed", "Limits"], word => Assert.Contains(word, card));
        Assert.DoesNotContain("/work", card);
    }

    [Fact]
    public void It_is_scanned_and_read_as_data_by_its_name()
    {
        RequireModel();
        ScanReport scan = CheckpointScanner.Scan(
            BaseModel.Embedded, new() { CacheDirectory = null, Precision = ScanPrecision.Ranking }, TestContext.Current.CancellationToken);
        Assert.Equal(BaseModel.Embedded, scan.Model);
        Assert.Equal(scan.Matrices.Count, _context.Data.LoadFromCheckpoint(BaseModel.Embedded).GetColumn<string>("Name").Count());
    }

    [Theory]
    [InlineData(WeightStorage.Full)]
    [InlineData(WeightStorage.Changed)]
    public void A_model_tuned_from_it_is_saved_and_loaded_with_its_name(WeightStorage storage)
    {
        RequireModel();
        IDataView train = Document.View(_context, 24), test = Document.View(_context, 12, seed: 2);
        using var tuned = _context.MulticlassClassification.Trainers.KappaTuneTextClassification(new()
        {
            Selection = KappaSelection.Lowest(1),
            WeightStorage = storage,
            MaxEpochs = 1,
            MaxSequenceLength = 16,
            Device = "cpu",
            ScanCacheDirectory = null,
        }).Fit(train);
        Assert.Equal(BaseModel.Embedded, tuned.Report!.BaseModel);
        string file = _folder.File("model.zip");
        _context.Model.Save(tuned, train.Schema, file);
        if (storage == WeightStorage.Changed)
            Assert.InRange(new FileInfo(file).Length, 1, 4_000_000);
        using var loaded = (KappaTuneTextClassificationTransformer)new MLContext().Model.Load(file, out _);
        Assert.Equal((tuned.Report.BaseModel, tuned.Report.BaseFingerprint), (loaded.Report!.BaseModel, loaded.Report.BaseFingerprint));
        Assert.Equal(FittedModel.Scores(tuned, test), FittedModel.Scores(loaded, test));
    }

    private static void RequireModel() => Assert.SkipUnless(EmbeddedModel.OfLibrary.Exists, "This build has no embedded model.");
}
