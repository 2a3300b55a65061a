using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests.Spectra;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Inputs after people's public reports, with the right values: ids of texts, and κ of quantised weights.</summary>
public sealed class ReportedCasesTests
{
    private const string Quantised = "14-quantised-with-scales";

    // What codes need to become values, by the ends of names.
    private static readonly string[] Parts =
    [
        ".scales", ".biases", ".qzeros", ".g_idx", ".SCB", ".absmax", ".quant_map", "_scale", "_scale_inv", "_nf4",
        ".weight_g", ".weight_v",
    ];

    [Theory]
    [InlineData("22-truncation-side/left", 6)]
    [InlineData("22-truncation-side/right", 6)]
    [InlineData("24-unigram-unk/plain", int.MaxValue)]
    [InlineData("24-unigram-unk/add-prefix-space-old", int.MaxValue)]
    [InlineData("24-unigram-unk/unk-null", int.MaxValue)]
    public void Ids_are_right(string folder, int length)
    {
        string path = Golden.Case(folder), config = Path.Combine(path, "config.json");
        HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.Create(TokenizerFiles.Read(path, File.Exists(config) ? ModelConfig.Read(config) : null));
        string[] texts = [.. File.ReadLines(Path.Combine(path, "texts.jsonl")).Select(line => JsonSerializer.Deserialize<string>(line)!)];
        int[][] expected = JsonSerializer.Deserialize<int[][]>(File.ReadAllText(Path.Combine(path, "expected.json")))!;
        Assert.Equal(expected.Length, texts.Length);
        Assert.All(expected.Zip(texts), pair => Assert.Equal(pair.First, tokenizer.Encode(pair.Second, maxLength: length).Ids));
    }

    [Fact]
    public void Kappa_of_8_bits_is_that_of_the_dequantised_values()
    {
        string path = Golden.Case(Quantised);
        ScanReport report = TestCheckpoint.Scan(Path.Combine(path, "fp8"), TestCheckpoint.Options());
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "expected-fp8.json")));
        foreach (JsonProperty weight in expected.RootElement.EnumerateObject())
        {
            double right = weight.Value.GetProperty("dequantised").GetDouble();
            Assert.InRange(report.Find(weight.Name).Kappa!.Value / right, 1 - 1e-3, 1 + 1e-3);
        }
    }

    [Theory]
    [InlineData("bnb", "model.layers.0.self_attn.q_proj.weight")]
    [InlineData("fp8", "model.layers.0.self_attn.q_proj.weight")]
    [InlineData("gptq", "model.layers.1.self_attn.q_proj.weight")]
    [InlineData("mlx", "model.layers.0.mlp.down_proj.weight")]
    [InlineData("weight-norm", "encoder.layers.0.fc1.weight")]
    public void Scales_are_no_candidates_and_what_has_no_kappa_has_a_reason(string folder, string weight)
    {
        ScanReport report = TestCheckpoint.Scan(Path.Combine(Golden.Case(Quantised), folder), TestCheckpoint.Options());
        Assert.Contains(report.Matrices, matrix => matrix.Name == weight);
        Assert.DoesNotContain(
            report.Matrices,
            matrix => matrix.Problem is null && Parts.Any(part => matrix.Name.EndsWith(part, StringComparison.Ordinal)));
        // Norms are vectors, and the table of embeddings isn't asked for.
        Assert.All(
            report.Matrices.Where(matrix => matrix.Name.Contains("layers.", StringComparison.Ordinal) && matrix.Columns > 1),
            matrix => Assert.Equal(matrix.Kappa is null, matrix.Problem is not null));
    }
}
