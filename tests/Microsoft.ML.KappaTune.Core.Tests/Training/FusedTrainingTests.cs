using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>Parts of fused matrices train; the rest of the matrix, and all that training keeps of it, isn't touched.</summary>
public sealed class FusedTrainingTests
{
    /// <summary>Models, and two slices of their tensors: rows or columns, and a part of a bias.</summary>
    public static TheoryData<string, bool> Models => new()
    {
        { "gpt-2", false }, { "gpt-2", true }, { "phi-3", false }, { "phi-3", true },
    };

    [Theory, MemberData(nameof(Models))]
    public void Only_selected_parts_change_and_have_gradients_and_optimizer_state(string variant, bool isBFloat16)
    {
        using var scope = NewDisposeScope();
        DecoderConfig config = SmallDecoder.Config(variant);
        using CausalLanguageModel model = SmallDecoder.Model(config);
        TensorSlice[] slices = Slices(variant);
        Dictionary<string, Tensor> before = Values(model);
        var frozen = new FrozenTensors(model, slices, threads: 1);
        frozen.Remember();
        using (TrainedWeights weights = TrainedWeights.Create(model, slices, head: [], adapters: null, isBFloat16))
        {
            using FlatAdamW optimizer = weights.NewOptimizer(learningRate: 0.01, headLearningRate: 0, weightDecay: 0.01, beta2: 0.999);
            long values = slices.Sum(slice => slice.In(before[slice.Name]).NumberOfElements);
            Assert.Equal(values, weights.Count);
            Assert.InRange(optimizer.Groups.Sum(group => group.FirstMoments.NumberOfElements), values, values + 15 * slices.Length);
            (Tensor ids, Tensor mask) = SmallDecoder.Batch(config, left: true, 9, 4, 7);
            for (int step = 0; step < 3; step++)
            {
                weights.ClearGradients();
                NextTokens.Learn(model, ids, mask);
                Tensor[] whole = [.. weights.All.Select(weight => weight.InModel.grad!.to(float32).clone())];
                weights.CollectGradients();
                // Each has its part of the gradient, of one backward pass.
                Assert.All(weights.All.Zip(whole), pair =>
                    Assert.Equal(Numbers(pair.First.Slice.In(pair.Second)), Numbers(pair.First.Gradient)));
                optimizer.Step();
                weights.Publish();
            }

            model.to(float32);
            weights.CopyTo(model);
        }

        foreach (TensorSlice slice in slices)
            Assert.NotEqual(Bits(slice.In(before[slice.Name])), Bits(slice.In(model.get_parameter(slice.Name)!)));
        if (isBFloat16)
            return; // The rest was rounded; a run reads it from the base's files again.
        frozen.Check();
        using var mode = no_grad();
        foreach (TensorSlice slice in slices)
            slice.In(model.get_parameter(slice.Name)!).copy_(slice.In(before[slice.Name]));
        Assert.All(model.named_parameters(), named => Assert.Equal(Bits(before[named.name]), Bits(named.parameter)));
    }

    [Theory]
    [InlineData("gpt-2", 0, 0, "0..15")]
    [InlineData("gpt-2", 3, 47, "32..47")]
    [InlineData("phi-3", 15, 2, "0..15")]
    [InlineData("phi-3", 24, 2, "24..31")]
    public void A_change_beside_the_part_that_trains_is_found(string variant, int row, int column, string named)
    {
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config(variant));
        TensorSlice part = Slices(variant)[0];
        var frozen = new FrozenTensors(model, [part], threads: 1);
        frozen.Remember();
        using (no_grad())
        {
            Parameter weight = model.get_parameter(part.Name)!;
            part.In(weight).fill_(0.5f);
            frozen.Check();
            weight[row, column] = 0.25f;
        }

        Assert.Contains($"{part.Name}[{named}]", Assert.Throws<InvalidOperationException>(frozen.Check).Message);
    }

    /// <summary>Keys of the first layer; and another part with its bias, or a part of another matrix.</summary>
    private static TensorSlice[] Slices(string variant) => variant == "gpt-2"
        ?
        [
            new("transformer.h.0.attn.c_attn.weight", null, new SlicePart(1, 16, 16, "key")),
            new("transformer.h.1.attn.c_attn.weight", null, new SlicePart(1, 32, 16, "value")),
            new("transformer.h.1.attn.c_attn.bias", null, new SlicePart(0, 32, 16, "value")),
        ]
        :
        [
            new("model.layers.0.self_attn.qkv_proj.weight", null, new SlicePart(0, 16, 8, "key")),
            new("model.layers.1.mlp.gate_up_proj.weight", null, new SlicePart(0, 24, 24, "up")),
        ];

    private static Dictionary<string, Tensor> Values(nn.Module model) =>
        model.named_parameters().ToDictionary(named => named.name, named => named.parameter.detach().clone());

    private static float[] Numbers(Tensor tensor) => [.. tensor.detach().contiguous().data<float>()];

    private static byte[] Bits(Tensor tensor) => tensor.detach().contiguous().clone().bytes.ToArray();
}
