using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>Decoders adapted by PEFT: the logits and gradients that it recorded, beside the model's layers and merged into them.</summary>
public sealed class GoldenDecoderAdapterTests
{
    [Theory]
    [InlineData("gemma2", "qv")]
    [InlineData("gpt2", "fan-in-fan-out")]
    [InlineData("llama", "all-linear")]
    [InlineData("llama", "rslora")]
    [InlineData("phi3", "fused-qkv")]
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
            foreach ((string its, TorchSharp.Modules.Parameter parameter) in adapters.Parameters)
            {
                string recorded = its.Replace(".lora_A.", ".lora_A.default.").Replace(".lora_B.", ".lora_B.default.");
                Assert.InRange(StoredTensors.Difference(parameter.grad!, Case($"grad.base_model.model.{recorded}")), 0, 1e-4);
            }
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
}
