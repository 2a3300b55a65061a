using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>A base model that is a whole classifier keeps those parts of its head that the adapter hasn't.</summary>
public sealed class HeadPartlyInBaseTests : IDisposable
{
    private static readonly string[] Distilled =
        ["distilbert.transformer.layer.0.attention.q_lin", "distilbert.transformer.layer.1.attention.q_lin"];

    private readonly ForeignSample _distilled = new(ModelFamilies.DistilBert);

    [Theory]
    // The adapter has the classifier, all of the head, none of it, or one of its layers as an adapter.
    [InlineData("""["q_lin"]""", """["classifier"]""", false)]
    [InlineData("""["q_lin"]""", "null", true)]
    [InlineData("""["q_lin", "pre_classifier"]""", """["classifier"]""", false)]
    [InlineData("""["q_lin", "pre_classifier", "classifier"]""", "null", true)]
    public void What_the_adapter_has_not_is_the_bases(string targets, string saved, bool withoutClassifier)
    {
        PeftLayout layout = Layout(targets, saved, withoutClassifier);
        _distilled.Expect(layout, _ => 2);
        layout.Write(_distilled.Adapter);
        using KappaTuneTextClassificationTransformer model = _distilled.Load(_distilled.Adapter);
        _distilled.AssertScores(model);
        Assert.Equal(["x", "y", "z"], ForeignSample.Names(model, _distilled.Context));
    }

    [Fact]
    public void A_head_that_is_nowhere_is_named()
    {
        _distilled.Rename(name => name.Contains("classifier", StringComparison.Ordinal) ? null : name);
        Layout("""["q_lin"]""", "null", withoutClassifier: true).Write(_distilled.Adapter);
        CheckpointFormatException e = _distilled.Refused(_distilled.Adapter);
        Assert.Equal((_distilled.Adapter, "classifier.weight"), (e.File, e.Tensor));
        Assert.Contains(_distilled.Base, e.Reason, StringComparison.Ordinal);

        Layout("""["q_lin"]""", """["classifier"]""", withoutClassifier: false).Write(_distilled.Adapter);
        CheckpointFormatException part = _distilled.Refused(_distilled.Adapter);
        Assert.Equal("pre_classifier.weight", part.Tensor);
        Assert.Contains("pre_classifier", part.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pooler_that_is_nowhere_is_named()
    {
        using var sample = new ForeignSample();
        sample.Rename(name => name.Contains("pooler", StringComparison.Ordinal) ? null : name);
        new PeftLayout().Write(sample.Adapter);
        CheckpointFormatException e = sample.Refused(sample.Adapter);
        Assert.Equal("bert.pooler.dense.weight", e.Tensor);
        Assert.Contains("bert.pooler.dense", e.Reason, StringComparison.Ordinal);
        Assert.Contains("drawn", e.Reason, StringComparison.Ordinal);
        Assert.StartsWith("it hasn't the layer below the classifier", sample.Refused().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_head_of_another_task_is_no_head()
    {
        _distilled.Configure(("architectures", """["DistilBertForTokenClassification"]"""));
        Layout("""["q_lin"]""", "null", withoutClassifier: true).Write(_distilled.Adapter);
        CheckpointFormatException e = _distilled.Refused(_distilled.Adapter);
        Assert.Equal("architectures", e.Field);
        Assert.Contains("DistilBertForTokenClassification", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_output_is_no_class()
    {
        PeftLayout layout = Layout("""["q_lin"]""", """["classifier"]""", withoutClassifier: true);
        layout.Set("base_model.model.classifier.weight", 1, 16);
        layout.Set("base_model.model.classifier.bias", 1);
        layout.Write(_distilled.Adapter);
        CheckpointFormatException e = _distilled.Refused(_distilled.Adapter);
        Assert.Equal("classifier.weight", e.Tensor);
        Assert.Contains("one output", e.Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _distilled.Dispose();

    private static PeftLayout Layout(string targets, string saved, bool withoutClassifier)
    {
        var layout =
            new PeftLayout(Distilled) { Config = { ["target_modules"] = targets, ["modules_to_save"] = saved, ["task_type"] = "null" } };
        if (targets.Contains("pre_classifier", StringComparison.Ordinal))
            layout.Add("pre_classifier");
        if (targets.Contains("\"classifier\"", StringComparison.Ordinal))
            layout.Add("classifier", outputs: 3);
        if (withoutClassifier)
        {
            layout.Tensors.Remove("base_model.model.classifier.weight");
            layout.Tensors.Remove("base_model.model.classifier.bias");
        }

        return layout;
    }
}
