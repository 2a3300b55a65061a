using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Budgets;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>Weights between base and tuned.</summary>
public sealed class InterpolationTests
{
    private const string Selected = "bert.encoder.layer.1.attention.self.query.weight", Norm = "bert.encoder.layer.1.output.LayerNorm.bias";

    private static readonly string[] Head = ["classifier.weight", "classifier.bias"];

    [Theory, InlineData(false), InlineData(true)]
    public void The_ends_are_bit_for_bit_and_the_head_stays(bool isBFloat16)
    {
        using var scope = NewDisposeScope();
        using SequenceClassifier model = SequenceClassifier.Create(TinyModel.Config(), 2, seed: 1);
        using TrainedWeights weights = TrainedWeights.Create(
            model, ((string[])[Selected, Norm, .. Head]).Select(name => new TensorSlice(name)), Head, adapters: null, isBFloat16);
        // A zero that has a sign, and a value beside which a difference is lost.
        weights.All[0].Master.flatten()[0] = -0.0f;
        weights.All[0].Master.flatten()[1] = 1e-30f;
        weights.Publish();
        var ofBase = Bits(model);
        Tensor[] copies = weights.Copy();
        using (no_grad())
        {
            foreach (TrainedWeight weight in weights.All)
                weight.Master.add_(randn(weight.Master.shape));
            weights.Publish();
        }

        var trained = Bits(model);
        using var interpolation = new Interpolation(weights, copies);
        interpolation.Set(0);
        AssertBits(name => Head.Contains(name) ? trained[name] : ofBase[name]);
        interpolation.Set(0.25);
        foreach ((TrainedWeight weight, int i) in weights.All.Select((weight, i) => (weight, i)))
        {
            if (weight.Group.IsHead || isBFloat16)
                continue;
            float[] start = Floats(ofBase[weight.Name]), end = Floats(trained[weight.Name]);
            Assert.All(
                start.Zip(end, Floats(Bits(model)[weight.Name])),
                values => Assert.Equal(0.75 * values.First + 0.25 * values.Second, values.Third, 1e-5));
            Assert.NotEqual(start, end);
        }

        Assert.Equal(trained[Head[0]], Bits(model)[Head[0]]);
        interpolation.Set(1);
        AssertBits(name => trained[name]);
        interpolation.Set(0);
        AssertBits(name => Head.Contains(name) ? trained[name] : ofBase[name]);

        void AssertBits(Func<string, byte[]> expected) =>
            Assert.All(Bits(model), pair => Assert.True(pair.Value.AsSpan().SequenceEqual(expected(pair.Key)), pair.Key));
    }

    private static Dictionary<string, byte[]> Bits(nn.Module model) =>
        model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach().contiguous().bytes.ToArray());

    private static float[] Floats(byte[] bytes) => [.. MemoryMarshal.Cast<byte, float>(bytes)];
}
