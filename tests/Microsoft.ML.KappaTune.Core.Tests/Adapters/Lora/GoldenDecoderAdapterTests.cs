using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>Decoders adapted by PEFT: the logits and gradients that it recorded, beside the model's layers and merged into them.</summary>
public sealed class GoldenDecoderAdapterTests
{
    [Theory]
    [InlineData("deepseek-v2", "attention")]
    [InlineData("gemma2", "qv")]
    [InlineData("gpt2", "fan-in-fan-out")]
    [InlineData("llama", "all-linear")]
    [InlineData("llama", "dora")]
    [InlineData("llama", "exclude")]
    [InlineData("llama", "head-saved")]
    [InlineData("llama", "layers-to-transform")]
    [InlineData("llama", "patterns")]
    [InlineData("llama", "qv")]
    [InlineData("llama", "rslora")]
    [InlineData("mixtral", "experts")]
    [InlineData("olmoe", "experts-of-one-layer")]
    [InlineData("phi3", "fused-qkv")]
    [InlineData("qwen2", "bias")]
    [InlineData("qwen3-moe", "experts-and-router")]
    public void Logits_and_gradients_are_the_recorded_ones(string model, string name)
    {
        string adapter = Golden.Open(Path.Combine("adapters", model, name));
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Open(Path.Combine("decoders", $"{model}-tiny")));
        using SafetensorsFile cases = SafetensorsFile.Open(Path.Combine(adapter, "cases.safetensors"));
        using var scope = NewDisposeScope();
        Tensor ids = Case("input_ids"), logits = Case("logits"), labels = ids.clone();
        long length = ids.shape[1] - 1;
        using CausalLanguageModel beside = Load(), merged = Load();
        using (LoraAdapters adapters = LoraAdapters.Load(beside, adapter))
        {
            Tensor actual = beside.Logits(ids);
            Assert.InRange(StoredTensors.Difference(actual, logits), 0, 1e-4);
            // The first five tokens aren't counted.
            labels[.., ..5] = full([labels.shape[0], 5], -100, ScalarType.Int64);
            Tensor loss = nn.functional.cross_entropy(
                actual.narrow(1, 0, length).flatten(0, 1), labels.narrow(1, 1, length).flatten(), ignore_index: -100);
            Assert.Equal(Case("completion.loss").item<float>(), loss.item<float>(), 1e-4);
            loss.backward();
            // As adapters are written, so are their gradients recorded: those of a layer's experts together.
            using var folder = new TemporaryFolder();
            SetToGradients(adapters);
            adapters.Save(folder.Path, null, []);
            using SafetensorsFile gradients = SafetensorsFile.Open(folder.File("adapter_model.safetensors"));
            string[] recorded = [.. cases.Tensors.Select(view => view.Name).Where(its => its.StartsWith("grad.", StringComparison.Ordinal))
                .Where(its => its.Contains(".lora_", StringComparison.Ordinal))];
            Assert.All(recorded, its => Assert.InRange(
                StoredTensors.Difference(
                    StoredTensors.Load(Assert.Single(
                        gradients.Tensors, view => its.Replace(".default", "", StringComparison.Ordinal) is var plain
                            && (plain == $"grad.{view.Name}" || plain == $"grad.{view.Name}.weight"))),
                    Case(its)),
                0, 1e-4));
            Assert.Contains(recorded.Length, (int[])[0, gradients.Tensors.Count]);
        }

        using LoraAdapters others = LoraAdapters.Load(merged, adapter);
        others.Merge();
        Assert.InRange(StoredTensors.Difference(merged.Logits(ids), logits), 0, 1e-4);

        Tensor Case(string tensor) => StoredTensors.Load(cases.Tensors.First(view => view.Name == tensor));

        CausalLanguageModel Load()
        {
            CausalLanguageModel loaded = CausalLanguageModel.Load(checkpoint);
            loaded.eval();
            return loaded;
        }
    }

    /// <summary>PEFT's own merge changes the head as well, and logits by 21.</summary>
    [Fact]
    public void An_adapted_table_that_is_the_head_as_well_is_refused()
    {
        string adapter = Golden.Open(Path.Combine("adapters", "llama-tied", "embedding"));
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Open(Path.Combine("decoders", "llama-tied-tiny")));
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        var refused = Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(model, adapter));
        Assert.Contains("lora_embedding", refused.Tensor, StringComparison.Ordinal);
        Assert.Contains("the same table", refused.Reason, StringComparison.Ordinal);
        Assert.All(model.LinearLayers.Values, layer => Assert.Null(layer.Adapter));
    }

    private static void SetToGradients(LoraAdapters adapters)
    {
        using var guard = no_grad();
        foreach ((_, Parameter parameter) in adapters.Parameters)
        {
            if (parameter.grad is { } gradient)
                parameter.copy_(gradient);
            else
                parameter.zero_();
        }
    }
}
