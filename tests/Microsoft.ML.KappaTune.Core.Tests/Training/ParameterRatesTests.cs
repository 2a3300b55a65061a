using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>New parameters may have rates of their own.</summary>
public sealed class ParameterRatesTests
{
    [Fact]
    public void Parameters_of_one_rate_are_a_group_and_a_schedule_multiplies_each_rate()
    {
        using var model = new Three();
        TensorSlice[] all = [.. model.named_parameters().Select(named => new TensorSlice(named.name))];
        string[] head = ["second.weight", "second.bias", "third.weight", "third.bias"];
        using var weights = TrainedWeights.Create(
            model, all, head, adapters: null, isBFloat16: false, name => name.StartsWith("second", StringComparison.Ordinal) ? 0.25 : 0.5);
        using FlatAdamW optimizer = weights.NewOptimizer(learningRate: 0.125, headLearningRate: 1, weightDecay: 0.5, beta2: 0.9);
        Assert.Equal(
            [(false, 0.125, 0.0), (false, 0.125, 0.5), (true, 0.25, 0.0), (true, 0.5, 0.0), (true, 0.25, 0.5), (true, 0.5, 0.5)],
            optimizer.Groups.Select(group => (group.Parameters.IsHead, group.HighestRate, group.WeightDecay)));

        // A gradient of ones moves every weight by its rate in the first step, but for what decays.
        Dictionary<string, float> before = weights.All.ToDictionary(weight => weight.Name, First);
        foreach (AdamWGroup group in optimizer.Groups)
            group.Parameters.Gradients.FillInPlace(1);
        optimizer.Step();
        foreach (TrainedWeight weight in weights.All.Where(weight => weight.Name.EndsWith("bias", StringComparison.Ordinal)))
        {
            double rate = weight.Name[0] switch { 'f' => 0.125, 's' => 0.25, _ => 0.5 };
            Assert.Equal(before[weight.Name] - rate, First(weight), 1e-5);
        }

        // Without rates of their own, new parameters have one.
        using var plain = new Three();
        using var together = TrainedWeights.Create(plain, all, head, adapters: null, isBFloat16: false);
        using FlatAdamW one = together.NewOptimizer(learningRate: 0.125, headLearningRate: 1, weightDecay: 0.5, beta2: 0.9);
        Assert.Equal([0.125, 0.125, 1.0, 1.0], one.Groups.Select(group => group.HighestRate));

        static float First(TrainedWeight weight) => weight.Master.flatten()[0].item<float>();
    }

    private sealed class Three : nn.Module
    {
        public Three() : base(nameof(Three))
        {
            using var guard = no_grad();
            foreach (string name in (string[])["first", "second", "third"])
            {
                var layer = new LinearLayer(2, 3, hasBias: true, float32, CPU);
                layer.Weight.FillInPlace(1);
                layer.Bias!.FillInPlace(1);
                register_module(name, layer);
            }
        }

        protected override void RegisterComponents()
        {
        }
    }
}
