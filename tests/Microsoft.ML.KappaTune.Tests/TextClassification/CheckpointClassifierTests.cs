using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>What was tuned elsewhere: folders as transformers and PEFT write them, which is how ours are written, too.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class CheckpointClassifierTests(FittedModel models) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private ModelOperationsCatalog Catalog => models.Context.Model;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_classifiers_folder_scores_as_it_did()
    {
        models.Direct.SaveModel(_folder.File("tuned"));
        using KappaTuneTextClassificationTransformer loaded = Catalog.LoadKappaTuneTextClassification(_folder.File("tuned"));
        Assert.Null(loaded.Report);
        Assert.Equal(FittedModel.Scores(models.Direct, models.Test), FittedModel.Scores(loaded, models.Test));
        Assert.Equal(Document.Classes, Names(loaded));
        Assert.Contains("SaveModel", Assert.Throws<InvalidOperationException>(() => loaded.SaveAdapter(_folder.File("none"))).Message);
    }

    [Fact]
    public void A_base_and_an_adapter_score_as_they_did()
    {
        models.Lora.SaveAdapter(_folder.File("adapter"));
        using KappaTuneTextClassificationTransformer loaded = Catalog.LoadKappaTuneTextClassification(models.Base, _folder.File("adapter"));
        Assert.Equal(FittedModel.Scores(models.Lora, models.Test), FittedModel.Scores(loaded, models.Test));
        // An adapter's folder has no names of classes.
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], Names(loaded));
    }

    [Fact]
    public void An_adapter_of_a_sentence_encoder_brings_its_pooler()
    {
        string baseModel = TinyModel.WriteSentenceEncoder(_folder, "sentences");
        using var tuned = models.Fit(models.Options with { BaseModel = baseModel, Method = TuningMethod.Lora(rank: 2) });
        tuned.SaveAdapter(_folder.File("adapter"));
        using KappaTuneTextClassificationTransformer loaded = Catalog.LoadKappaTuneTextClassification(baseModel, _folder.File("adapter"));
        Assert.Equal(FittedModel.Scores(tuned, models.Test), FittedModel.Scores(loaded, models.Test));
    }

    [Fact]
    public void It_is_saved_and_loaded_like_any_other()
    {
        models.Direct.SaveModel(_folder.File("tuned"));
        using (KappaTuneTextClassificationTransformer first = Catalog.LoadKappaTuneTextClassification(
            _folder.File("tuned"), scoreColumnName: "P", outputColumnName: "Class", maxSequenceLength: 8))
            Catalog.Save(first, models.Test.Schema, _folder.File("model.zip"));
        using var loaded = (KappaTuneTextClassificationTransformer)Catalog.Load(_folder.File("model.zip"), out _);
        Assert.Null(loaded.Report);
        Assert.Equal(Document.Classes, Names(loaded, "Class"));
        Assert.Equal(60, loaded.Transform(models.Test).GetColumn<float[]>("P").Count());
    }

    [Fact]
    public void Data_with_another_text_column_is_told_which_parameter_names_it()
    {
        models.Direct.SaveModel(_folder.File("tuned"));
        using KappaTuneTextClassificationTransformer loaded = Catalog.LoadKappaTuneTextClassification(_folder.File("tuned"));
        IDataView data = new MLContext().Data.LoadFromEnumerable([new { Text = "a good film" }]);
        Assert.StartsWith(
            "Could not find sentence1 column 'Sentence1'. The input has Text. Name the right one as sentence1ColumnName where this is made, ",
            Assert.Throws<ArgumentOutOfRangeException>(() => loaded.Transform(data)).Message);
    }

    [Fact]
    public void Other_folders_are_refused()
    {
        var noHead = Assert.Throws<CheckpointFormatException>(() => Catalog.LoadKappaTuneTextClassification(models.Base));
        Assert.Equal((models.Base, "classifier.weight"), (noHead.File, noHead.Tensor));
        models.Direct.SaveModel(_folder.File("tuned"));
        Assert.Throws<CheckpointFormatException>(() => Catalog.LoadKappaTuneTextClassification(models.Base, _folder.File("tuned")));
        Assert.Throws<CheckpointFormatException>(() => Catalog.LoadKappaTuneTextClassification(_folder.File("nowhere")));
        var length =
            Assert.Throws<ArgumentException>(() => Catalog.LoadKappaTuneTextClassification(_folder.File("tuned"), maxSequenceLength: 3));
        Assert.StartsWith("maxSequenceLength is 3;", length.Message);
        Assert.Equal("maxSequenceLength", length.ParamName);
        Assert.Throws<ArgumentException>(() => Catalog.LoadKappaTuneTextClassification(_folder.File("tuned"), maxSequenceLength: 10_000));
        Assert.Throws<ArgumentException>(() => Catalog.LoadKappaTuneTextClassification(_folder.File("tuned"), scoreColumnName: ""));

        string config = Path.Combine(_folder.File("tuned"), "config.json");
        JsonNode root = JsonNode.Parse(File.ReadAllText(config))!;
        root["id2label"] = new JsonObject { ["0"] = "a", ["1"] = "b", ["7"] = "c" };
        File.WriteAllText(config, root.ToJsonString());
        Assert.Equal(
            "id2label",
            Assert.Throws<CheckpointFormatException>(() => Catalog.LoadKappaTuneTextClassification(_folder.File("tuned"))).Field);
    }

    private string[] Names(KappaTuneTextClassificationTransformer model, string column = "PredictedLabel")
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        model.GetOutputSchema(models.Test.Schema)[column].GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
