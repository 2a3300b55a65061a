using Microsoft.ML.KappaTune.Tests.TextClassification;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>What people get wrong in their first program is refused with what to do instead.</summary>
public sealed class NewcomersMistakesTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();
    private readonly KappaTuneTextClassificationTrainer.Options _options;

    public NewcomersMistakesTests() => _options = new() { BaseModel = TinyModel.Write(_folder), MaxEpochs = 1, ScanCacheDirectory = null };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bert-base-uncased")]
    [InlineData("distilbert/distilbert-base-uncased")]
    [InlineData("google/electra-small-discriminator")]
    [InlineData("sentence-transformers/all-MiniLM-L12-v2")]
    [InlineData("sentence-transformers/all-MiniLM-L6-v1")]
    [InlineData("Snowflake/snowflake-arctic-embed-s")]
    [InlineData("Snowflake/snowflake-arctic-embed-m")]
    [InlineData("all")]
    [InlineData("snow")]
    [InlineData("sentence-transformers")]
    public void A_name_of_the_hub_is_no_folder(string name)
    {
        var estimator = Estimator(_options with { BaseModel = name });
        var error = Assert.Throws<CheckpointFormatException>(() => estimator.Fit(Document.View(_context, 8, 2)));
        Assert.Equal(name, error.File);
        Assert.Equal("there is no such file or folder", error.Reason);
        Assert.StartsWith("A base model is a folder on this machine; nothing is downloaded. With Python: ", error.Remedy);
        Assert.EndsWith($"snapshot_download(\"{name}\", local_dir=\"{name}\")", error.Remedy);
    }

    [Theory]
    [InlineData("minilm", "all-MiniLM-L6-v2", "MiniLM")]
    [InlineData("MiniLM", "all-MiniLM-L6-v2", "MiniLM")]
    [InlineData("arctic-xs", "snowflake-arctic-embed-xs", "ArcticXs")]
    public void A_package_s_model_names_the_package_where_the_app_lacks_it(string name, string title, string property)
    {
        var error = Assert.Throws<CheckpointFormatException>(
            () => Estimator(_options with { BaseModel = name }).Fit(Document.View(_context, 8, 2)));
        Assert.Equal(name, error.File);
        Assert.Equal($"it is {title} of the package Microsoft.ML.KappaTune.Models, which isn't in this app", error.Reason);
        Assert.Equal(
            $"Add it: dotnet add package Microsoft.ML.KappaTune.Models. Then \"{name.ToLowerInvariant()}\" in configuration and "
            + $"PretrainedModels.{property} in code name the model.", error.Remedy);
    }

    [Theory]
    [InlineData("mini-lm", "minilm", "PretrainedModels.MiniLM")]
    [InlineData("minlm", "minilm", "PretrainedModels.MiniLM")]
    [InlineData("mniilm", "minilm", "PretrainedModels.MiniLM")]
    [InlineData("MINI", "minilm", "PretrainedModels.MiniLM")]
    [InlineData("all-MiniLM-L6-v2", "minilm", "PretrainedModels.MiniLM")]
    [InlineData("sentence-transformers/all-MiniLM-L6-v2", "minilm", "PretrainedModels.MiniLM")]
    [InlineData("ArcticXs", "arctic-xs", "PretrainedModels.ArcticXs")]
    [InlineData("arctic", "arctic-xs", "PretrainedModels.ArcticXs")]
    [InlineData("Snowflake/snowflake-arctic-embed-xs", "arctic-xs", "PretrainedModels.ArcticXs")]
    [InlineData("Embeded", "embedded", "BaseModel.Embedded")]
    public void What_is_nearly_a_model_s_name_is_told_it(string written, string name, string property)
    {
        var error = Assert.Throws<CheckpointFormatException>(
            () => Estimator(_options with { BaseModel = written }).Fit(Document.View(_context, 8, 2)));
        Assert.Equal("there is no such file or folder", error.Reason);
        Assert.StartsWith($"Write \"{name}\" in configuration, or {property} in code, for ", error.Remedy);
    }

    [Theory]
    [InlineData("absent/model.safetensors")]
    [InlineData("absent.gguf")]
    [InlineData("absent/pytorch_model.bin")]
    [InlineData("./bert-base-uncased")]
    [InlineData("models/a/bert-base-uncased")]
    public void A_path_to_nothing_is_a_path(string path)
    {
        var estimator = Estimator(_options with { BaseModel = path });
        Assert.Equal(
            "Check the path.", Assert.Throws<CheckpointFormatException>(() => estimator.Fit(Document.View(_context, 8, 2))).Remedy);
    }

    [Fact]
    public void Labels_that_are_all_empty_are_another_column_s()
    {
        Document[] rows = Document.Rows(6, 2);
        foreach (Document row in rows)
            row.Class = "";
        string message = Assert.Throws<InvalidOperationException>(() => Estimator(_options).Fit(Document.Label(_context, rows))).Message;
        Assert.StartsWith("Every label in column 'Label' is empty. ", message);
    }

    [Fact]
    public void A_label_of_text_is_made_a_key_first()
    {
        IDataView data = _context.Transforms.CopyColumns("Label", nameof(Document.Class))
            .Fit(_context.Data.LoadFromEnumerable(Document.Rows(6, 2))).Transform(_context.Data.LoadFromEnumerable(Document.Rows(6, 2)));
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => Estimator(_options).Fit(data)).Message;
        Assert.Contains("MapValueToKey(\"Label\")", message);
        Assert.Contains("MapKeyToValue(\"PredictedLabel\")", message);
    }

    [Theory]
    [InlineData("Label", "label column 'Label'")]
    [InlineData("Sentence1", "sentence1 column 'Sentence1'")]
    public void Validation_rows_go_through_the_same_pipeline(string column, string missing)
    {
        IDataView train = Document.View(_context, 8, 2);
        IDataView without = _context.Transforms.DropColumns(column).Fit(train).Transform(train);
        var estimator = Estimator(_options with { ValidationSet = without });
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(train)).Message;
        Assert.StartsWith($"Could not find {missing}. The validation data has ", message);
        Assert.Contains("Transform it with the fitted pipeline", message);
    }

    private KappaTuneTextClassificationTrainer Estimator(KappaTuneTextClassificationTrainer.Options options) =>
        _context.MulticlassClassification.Trainers.KappaTuneTextClassification(options);
}
