using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>Experts of a mixture are parameters of their own, and train by themselves.</summary>
public sealed class SingleExpertTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_selected_experts_change_and_have_gradients_and_optimizer_state(bool isBFloat16)
    {
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config("mixture");
        using CausalLanguageModel model = SmallDecoder.Model(config);
        // As a scan of a file with stacks selects: an expert's gate and up in one matrix, and another's last projection.
        string[] selected =
        [
            .. config.Names.Parameters("model.layers.0.mlp.experts.gate_up_proj", 1),
            .. config.Names.Parameters("model.layers.1.mlp.experts.down_proj", 2),
        ];
        Assert.Equal(
            [
                "model.layers.0.block_sparse_moe.experts.1.w1.weight", "model.layers.0.block_sparse_moe.experts.1.w3.weight",
                "model.layers.1.block_sparse_moe.experts.2.w2.weight",
            ],
            selected);
        TensorSlice[] slices = [.. selected.Select(name => new TensorSlice(name))];
        using TrainedWeights weights = TrainedWeights.Create(model, slices, head: [], adapters: null, isBFloat16);
        using FlatAdamW optimizer = weights.NewOptimizer(learningRate: 0.01, headLearningRate: 0, weightDecay: 0.01, beta2: 0.999);
        Dictionary<string, byte[]> before = Bits(model);
        var frozen = new FrozenTensors(model, slices, threads: 1);
        frozen.Remember();
        (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: true, 9, 4, 7);
        for (int step = 0; step < 3; step++)
        {
            weights.ClearGradients();
            NextTokens.Learn(model, ids, mask);
            foreach ((string name, Parameter parameter) in model.named_parameters())
                Assert.Equal(selected.Contains(name), parameter.grad is not null);
            weights.CollectGradients();
            optimizer.Step();
            weights.Publish();
        }

        frozen.Check();
        Dictionary<string, byte[]> after = Bits(model);
        Assert.Equal(selected.Order(), before.Keys.Where(name => !before[name].AsSpan().SequenceEqual(after[name])).Order());
        long values = selected.Sum(name => model.get_parameter(name)!.NumberOfElements);
        Assert.Equal(values, weights.Count);
        Assert.Equal(values, optimizer.Groups.Sum(group => group.FirstMoments.NumberOfElements));
    }

    private static Dictionary<string, byte[]> Bits(nn.Module model) =>
        model.named_parameters().ToDictionary(named => named.name, named => named.parameter.bytes.ToArray());
}
