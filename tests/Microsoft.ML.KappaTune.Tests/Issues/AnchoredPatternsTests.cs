using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>
/// Patterns are about the layers' names in the model that the adapter was trained on, which has the family's prefix or not.
/// </summary>
public sealed class AnchoredPatternsTests : IDisposable
{
    private const string First = "encoder.layer.0.attention.self.query", Second = "encoder.layer.1.attention.self.query";

    private readonly ForeignSample _sample = new();

    [Theory]
    [InlineData("bert.", "^bert.encoder.layer.0.attention.self.query", true)]
    [InlineData("bert.", "bert.encoder.layer.0.attention.self.query", true)]
    [InlineData("bert.", "^base_model.model.bert.encoder.layer.0.attention.self.query", true)]
    [InlineData("bert.", "encoder.layer.0.attention.self.query", true)]
    // PEFT's own match begins where the name does.
    [InlineData("bert.", "^encoder.layer.0.attention.self.query", false)]
    [InlineData("", "^encoder.layer.0.attention.self.query", true)]
    [InlineData("", "encoder.layer.0.attention.self.query", true)]
    [InlineData("", "base_model.model.encoder.layer.0.attention.self.query", true)]
    [InlineData("", "^layer.0.attention.self.query", false)]
    public void An_alpha_is_that_of_the_pattern(string prefix, string pattern, bool isMeant)
    {
        PeftLayout layout = Layout(prefix, ("alpha_pattern", $$"""{"{{pattern}}": 32}"""));
        Assert.Equal([isMeant ? 4.0 : 2, 2], Scales(layout));
    }

    [Theory]
    [InlineData("bert.", "^bert.encoder.layer.0.attention.self.query")]
    [InlineData("", "^encoder.layer.0.attention.self.query")]
    public void A_rank_is_that_of_the_pattern(string prefix, string pattern)
    {
        PeftLayout layout = Layout(prefix, ("rank_pattern", $$"""{"{{pattern}}": 2}"""));
        layout.Add(prefix + First, rank: 2);
        Assert.Equal([8.0, 2], Scales(layout));
    }

    [Theory]
    [InlineData("bert.", "\"^bert\\\\.encoder\\\\.layer\\\\.[01]\\\\.attention\\\\.self\\\\.query\"")]
    [InlineData("bert.", """["bert.encoder.layer.0.attention.self.query", "base_model.model.bert.encoder.layer.1.attention.self.query"]""")]
    [InlineData("", "\"^encoder\\\\.layer\\\\.[01]\\\\.attention\\\\.self\\\\.query\"")]
    [InlineData("", """["encoder.layer.0.attention.self.query", "bert.encoder.layer.1.attention.self.query"]""")]
    public void Targets_are_full_names_and_anchored_expressions(string prefix, string targets) =>
        Assert.Equal([2.0, 2], Scales(Layout(prefix, ("target_modules", targets))));

    [Fact]
    public void The_scores_are_those_of_the_merged_weights()
    {
        PeftLayout layout = Layout("bert.", ("alpha_pattern", $$"""{"^bert.{{First}}": 32}"""));
        layout.Set("base_model.model.classifier.weight", 3, 16);
        layout.Set("base_model.model.classifier.bias", 3);
        _sample.Expect(layout, module => module == $"bert.{First}" ? 4 : 2);
        layout.Write(_sample.Adapter);
        using KappaTuneTextClassificationTransformer model = _sample.Load(_sample.Adapter);
        _sample.AssertScores(model);
    }

    public void Dispose() => _sample.Dispose();

    /// <summary>Adapters of two layers, with or without the family's prefix, and no head.</summary>
    private static PeftLayout Layout(string prefix, params (string Field, string Json)[] fields)
    {
        var layout = new PeftLayout(prefix + First, prefix + Second)
        {
            Config =
            {
                ["target_modules"] = "[\"query\"]",
                ["modules_to_save"] = "null",
                ["task_type"] = prefix.Length == 0 ? "\"FEATURE_EXTRACTION\"" : "\"SEQ_CLS\"",
            },
        };
        layout.Tensors.Remove("base_model.model.classifier.weight");
        layout.Tensors.Remove("base_model.model.classifier.bias");
        foreach ((string field, string json) in fields)
            layout.Config[field] = json;
        return layout;
    }

    private double[] Scales(PeftLayout layout)
    {
        layout.Write(_sample.Adapter);
        using Checkpoint checkpoint = Checkpoint.Open(_sample.Base);
        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 3, seed: 0);
        using LoraAdapters adapters = LoraAdapters.Load(model, _sample.Adapter);
        return [adapters.ByModule[$"bert.{First}"].Settings.Scale, adapters.ByModule[$"bert.{Second}"].Settings.Scale];
    }
}
