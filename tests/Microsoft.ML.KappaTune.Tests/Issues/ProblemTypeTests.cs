namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Scores are the probabilities of classes of which each text has one: whoever says otherwise is refused.</summary>
public sealed class ProblemTypeTests : IDisposable
{
    private readonly ForeignSample _sample = new();

    [Theory]
    [InlineData("problem_type", "\"multi_label_classification\"", "single_label_classification")]
    [InlineData("problem_type", "\"regression\"", "single_label_classification")]
    [InlineData("function_to_apply", "\"sigmoid\"", "softmax")]
    [InlineData("function_to_apply", "\"none\"", "softmax")]
    [InlineData("sbert_ce_default_activation_function", "\"torch.nn.modules.activation.Sigmoid\"", "one")]
    public void Other_scores_are_refused_by_field_and_remedy(string field, string value, string remedy)
    {
        _sample.Configure((field, value));
        CheckpointFormatException alone = _sample.Refused();
        Assert.Equal((_sample.BaseFile("config.json"), field), (alone.File, alone.Field));
        Assert.Contains(remedy, alone.Remedy, StringComparison.Ordinal);
        // A base model's configuration is an adapted classifier's, too.
        new Adapters.Lora.PeftLayout().Write(_sample.Adapter);
        Assert.Equal(field, _sample.Refused(_sample.Adapter).Field);
    }

    [Theory]
    [InlineData("problem_type", "\"single_label_classification\"")]
    [InlineData("problem_type", "null")]
    [InlineData("problem_type", null)]
    [InlineData("function_to_apply", "\"softmax\"")]
    public void The_same_scores_are_read(string field, string? value)
    {
        _sample.Configure((field, value));
        using KappaTuneTextClassificationTransformer model = _sample.Load();
        _sample.AssertScores(model);
    }

    [Fact]
    public void Tuning_makes_a_head_of_its_own()
    {
        _sample.Configure(("problem_type", "\"multi_label_classification\""));
        var context = new MLContext(seed: 1);
        IDataView rows = TextClassification.Document.View(context, 12, classes: 2);
        using KappaTuneTextClassificationTransformer tuned = context.MulticlassClassification.Trainers
            .KappaTuneTextClassification(TextClassification.FittedModel.TinyOptions(_sample.Base) with { MaxEpochs = 1 }).Fit(rows);
        context.Model.Save(tuned, rows.Schema, Path.Combine(_sample.Adapter, "model.zip"));
        using var loaded = (KappaTuneTextClassificationTransformer)context.Model.Load(Path.Combine(_sample.Adapter, "model.zip"), out _);
        tuned.SaveModel(Path.Combine(_sample.Adapter, "folder"));
        using KappaTuneTextClassificationTransformer folder =
            context.Model.LoadKappaTuneTextClassification(Path.Combine(_sample.Adapter, "folder"), device: "cpu");
        Assert.Equal(
            TextClassification.FittedModel.Scores(tuned, rows)[0], TextClassification.FittedModel.Scores(folder, rows)[0]);
    }

    public void Dispose() => _sample.Dispose();
}
