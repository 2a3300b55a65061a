using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Adapters in other types and with more than linear layers: read where they can be, else refused by what is the matter.</summary>
public sealed class AdapterKindsTests : IDisposable
{
    private const string Words = "base_model.model.bert.embeddings.word_embeddings";

    private readonly ForeignSample _sample = new();

    [Theory]
    [InlineData(nameof(TensorDataType.Float16))]
    [InlineData(nameof(TensorDataType.BFloat16))]
    [InlineData(nameof(TensorDataType.Float64))]
    public void Every_floating_type_is_read(string type)
    {
        var layout = new PeftLayout();
        // Sixteenths are exact in all of them.
        foreach ((long[] _, float[] values) in layout.Tensors.Values)
            Array.ForEach([.. Enumerable.Range(0, values.Length)], i => values[i] = MathF.Round(values[i] * 16) / 16);
        _sample.Expect(layout, _ => 2);
        layout.Write(_sample.Adapter, Enum.Parse<TensorDataType>(type));
        using KappaTuneTextClassificationTransformer model = _sample.Load(_sample.Adapter);
        _sample.AssertScores(model);
    }

    [Fact]
    public void Embeddings_saved_whole_are_read()
    {
        var layout = new PeftLayout { Config = { ["modules_to_save"] = """["classifier", "word_embeddings"]""" } };
        layout.Set($"{Words}.weight", 40, 16);
        _sample.Expect(layout, _ => 2);
        layout.Write(_sample.Adapter);
        using KappaTuneTextClassificationTransformer model = _sample.Load(_sample.Adapter);
        _sample.AssertScores(model);
    }

    [Fact]
    public void Resized_embeddings_are_named_as_such()
    {
        var layout = new PeftLayout();
        layout.Set($"{Words}.weight", 42, 16);
        layout.Write(_sample.Adapter);
        CheckpointFormatException e = _sample.Refused(_sample.Adapter);
        Assert.Equal($"{Words}.weight", e.Tensor);
        Assert.Contains("42 tokens", e.Reason, StringComparison.Ordinal);
        Assert.Contains("vocabulary", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Adapted_embeddings_are_named_as_such()
    {
        var layout = new PeftLayout { Config = { ["target_modules"] = """["query", "value", "word_embeddings"]""" } };
        layout.Set($"{Words}.lora_embedding_A", 8, 40);
        layout.Set($"{Words}.lora_embedding_B", 16, 8);
        layout.Write(_sample.Adapter);
        CheckpointFormatException e = _sample.Refused(_sample.Adapter);
        Assert.Equal($"{Words}.lora_embedding_A", e.Tensor);
        Assert.Contains("linear layer", e.Reason, StringComparison.Ordinal);
        Assert.Contains("merge", e.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("r", "4", "{}", "rank 4")]
    [InlineData("rank_pattern", "8", """{"layer.0.attention.self.query": 3}""", "rank 3")]
    public void A_rank_that_the_matrices_contradict_is_the_configurations_fault(string field, string rank, string pattern, string reason)
    {
        new PeftLayout { Config = { ["r"] = rank, ["rank_pattern"] = pattern } }.Write(_sample.Adapter);
        CheckpointFormatException e = _sample.Refused(_sample.Adapter);
        Assert.Equal((Path.Combine(_sample.Adapter, "adapter_config.json"), field), (e.File, e.Field));
        Assert.Contains(reason, e.Reason, StringComparison.Ordinal);
        Assert.Contains("rank 8", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IA3")]
    [InlineData("LOHA")]
    [InlineData("PROMPT_TUNING")]
    public void Another_method_is_named_before_anything_else(string type)
    {
        File.WriteAllText(
            Path.Combine(_sample.Adapter, "adapter_config.json"),
            $$"""{"peft_type": "{{type}}", "task_type": "SEQ_CLS", "target_modules": ["key"]}""");
        SafetensorsWriter.Write(
            Path.Combine(_sample.Adapter, "adapter_model.safetensors"),
            [LoraSample.Source("base_model.model.bert.encoder.layer.0.attention.self.key.ia3_l", [16, 1], LoraSample.Some(16, 1))]);
        CheckpointFormatException e = _sample.Refused(_sample.Adapter);
        Assert.Equal("peft_type", e.Field);
        Assert.Contains(type, e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_that_was_quantised_is_warned_about()
    {
        var warnings = new List<string>();
        _sample.Context.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        new PeftLayout { Config = { ["base_model_name_or_path"] = "\"some/model-4bit\"" } }.Write(_sample.Adapter);
        _sample.Load(_sample.Adapter).Dispose();
        Assert.Contains("some/model-4bit", Assert.Single(warnings), StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();
}
