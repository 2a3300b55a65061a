using System.Text.Json;
using Microsoft.ML.Data;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Adapters and tokenizers after people's public reports, with the scores that numpy gave for them.</summary>
public sealed class ReportedCasesTests
{
    private const string Ranks = "01-peft-mixed-rank-alpha-rslora", Names = "02-peft-adapter-name-left-in-keys";
    private const string Heads = "04-peft-head-partly-in-base", Layers = "05-peft-layers-to-transform";
    private const string Kinds = "30-peft-types-and-embeddings";

    [Theory]
    [InlineData(Ranks, "base", "adapter", "expected.json")]
    [InlineData(Names, "base", "adapter", "expected.json")]
    [InlineData(Heads, "base", "adapter", "expected.json")]
    [InlineData(Heads, "base", "adapter-no-head", "expected-no-head.json")]
    [InlineData(Heads, "base", "adapter-pre", "expected-pre.json")]
    [InlineData(Layers, "base", "adapter-empty", "expected-adapter-empty.json")]
    [InlineData(Layers, "base", "adapter-int", "expected-adapter-int.json")]
    [InlineData(Layers, "base", "adapter-list", "expected-adapter-list.json")]
    [InlineData(Kinds, "base", "f16", "expected-f16.json")]
    [InlineData(Kinds, "base", "bf16", "expected-bf16.json")]
    [InlineData(Kinds, "base", "f64", "expected-f64.json")]
    [InlineData(Kinds, "base", "emb", "expected-emb.json")]
    [InlineData("22-truncation-side/left", "", null, "expected-score.json")]
    [InlineData("22-truncation-side/right", "", null, "expected-score.json")]
    public void Scores_are_right(string name, string model, string? adapter, string expected)
    {
        string folder = Golden.Case(name);
        var context = new MLContext(seed: 1);
        using KappaTuneTextClassificationTransformer classifier = Load(context, folder, model, adapter);
        Row[] rows =
        [
            .. File.ReadLines(Path.Combine(folder, "texts.jsonl"))
                .Select(line => new Row { Sentence1 = JsonSerializer.Deserialize<string>(line)! }),
        ];
        double[][] right = JsonSerializer.Deserialize<double[][]>(File.ReadAllText(Path.Combine(folder, expected)))!;
        float[][] scores = [.. classifier.Transform(context.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score")];
        Assert.Equal(right.Length, scores.Length);
        for (int i = 0; i < right.Length; i++)
        {
            Assert.Equal(right[i].Length, scores[i].Length);
            Assert.All(right[i].Zip(scores[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    [Theory]
    [InlineData("emb-resized", "vocabulary")]
    [InlineData("lora-embedding", "lora_embedding_")]
    [InlineData("rank-wrong", "rank 8")]
    [InlineData("ia3", "IA3")]
    public void What_can_not_be_read_is_refused_by_its_cause(string adapter, string cause)
    {
        string folder = Golden.Case(Kinds);
        var refused = Assert.Throws<CheckpointFormatException>(
            () => Load(new MLContext(seed: 1), folder, "base", adapter).Dispose());
        Assert.Contains(cause, refused.Message, StringComparison.Ordinal);
    }

    private static KappaTuneTextClassificationTransformer Load(MLContext context, string folder, string model, string? adapter) =>
        context.Model.LoadKappaTuneTextClassification(
            Path.Combine(folder, model), adapter is null ? null : Path.Combine(folder, adapter), device: "cpu");

    private sealed class Row
    {
        public string Sentence1 { get; set; } = "";
    }
}
