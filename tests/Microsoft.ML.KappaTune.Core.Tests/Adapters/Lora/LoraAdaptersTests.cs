using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

/// <summary>Sets the process's threads, so nothing may count on them beside it.</summary>
[Collection(nameof(ProcessSettings))]
public class LoraAdaptersTests
{
    [Theory]
    [MemberData(nameof(SmallEncoder.Families), MemberType = typeof(SmallEncoder))]
    public void An_untrained_adapter_changes_nothing(string family)
    {
        using SequenceClassifier model = LoraSample.Model(SmallEncoder.Family(family));
        float[] before = LoraSample.Logits(model);
        Dictionary<string, byte[]> weights = LoraSample.Bits(model);
        string[] layers =
            [.. model.LinearLayers.Keys.Where(path => path.StartsWith(model.Encoder.Config.Names.Prefix, StringComparison.Ordinal))];

        using LoraAdapters adapters = LoraAdapters.Attach(model, layers.Select(layer => $"{layer}.weight"), TuningMethod.Lora(4), seed: 1);
        Assert.True(layers.Length >= 12);
        Assert.Equal(layers.Order(StringComparer.Ordinal), adapters.ByModule.Keys);
        Assert.Equal(before, LoraSample.Logits(model));
        adapters.Merge();
        Assert.Equal(before, LoraSample.Logits(model));
        Assert.Equal(weights, LoraSample.Bits(model));
    }

    [Fact]
    public void A_merged_model_equals_the_unmerged_one()
    {
        using SequenceClassifier model = LoraSample.Model();
        float[] before = LoraSample.Logits(model);
        using LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(3, alpha: 7), seed: 1);
        LoraSample.Train(adapters);
        float[] unmerged = LoraSample.Logits(model);
        adapters.Merge();
        float[] merged = LoraSample.Logits(model);

        Assert.All(unmerged.Zip(merged), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.True(before.Zip(merged).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-2, "the adapters did nothing");
        Assert.All(model.LinearLayers.Values, layer => Assert.Null(layer.Adapter));
    }

    [Fact]
    public void Merging_gives_the_sum_in_float64_rounded_once_whatever_the_threads()
    {
        const int Rank = 5;
        int threads = get_num_threads();
        try
        {
            foreach (int count in (int[])[1, 2, 5])
            {
                set_num_threads(count);
                using SequenceClassifier model = LoraSample.Model();
                LinearLayer projection = model.LinearLayers[LoraSample.Output];
                float[] weight = LoraSample.Values(projection.Weight);
                using LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(Rank, alpha: 3), seed: 1);
                LoraSample.Train(adapters);
                LowRankAdapter adapter = adapters.ByModule[LoraSample.Output];
                float[] a = LoraSample.Values(adapter.A), b = LoraSample.Values(adapter.B);
                adapters.Merge();
                Assert.Equal(Expected(weight, a, b, Rank, scale: 3.0 / Rank), LoraSample.Values(projection.Weight));
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Only_the_weights_with_an_adapter_change()
    {
        using SequenceClassifier model = LoraSample.Model();
        Dictionary<string, byte[]> before = LoraSample.Bits(model);
        using LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(2), seed: 1);
        LoraSample.Train(adapters);
        adapters.Merge();
        Dictionary<string, byte[]> after = LoraSample.Bits(model);
        Assert.Equal(
            LoraSample.Weights.Order(StringComparer.Ordinal),
            after.Where(pair => !pair.Value.AsSpan().SequenceEqual(before[pair.Key])).Select(pair => pair.Key)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shapes_scales_and_names_are_those_of_the_method()
    {
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters =
            LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(4, alpha: 6, dropout: 0.25), seed: 1);
        Assert.Equal(
            [
                $"{LoraSample.Query}.lora_A.weight", $"{LoraSample.Query}.lora_B.weight",
                $"{LoraSample.Output}.lora_A.weight", $"{LoraSample.Output}.lora_B.weight",
            ],
            adapters.Parameters.Select(named => named.Name));
        LowRankAdapter adapter = adapters.ByModule[LoraSample.Output];
        Assert.Equal([4, LoraSample.Intermediate], adapter.A.shape);
        Assert.Equal([LoraSample.Hidden, 4], adapter.B.shape);
        Assert.Equal(new LoraSettings(4, 6, 0.25), adapter.Settings);
        Assert.Equal(1.5, adapter.Settings.Scale);
        Assert.Equal(3, new LoraSettings(4, 6, IsRankStabilized: true).Scale);
        Assert.All(LoraSample.Values(adapter.B), value => Assert.Equal(0, value));
        float bound = 1 / MathF.Sqrt(LoraSample.Intermediate);
        Assert.All(LoraSample.Values(adapter.A), value => Assert.InRange(value, -bound, bound));
        Assert.True(LoraSample.Values(adapter.A).Max() > 0.8 * bound);
    }

    [Fact]
    public void First_values_depend_on_the_seed_and_on_nothing_else()
    {
        using SequenceClassifier one = LoraSample.Model(), other = LoraSample.Model(seed: 9);
        using LoraAdapters adapters = LoraAdapters.Attach(one, LoraSample.Weights, TuningMethod.Lora(4), seed: 7);
        rand(5).Dispose();
        using LoraAdapters same =
            LoraAdapters.Attach(other, LoraSample.Weights.Reverse().Append(LoraSample.Weights[0]), TuningMethod.Lora(4), seed: 7);
        Assert.Equal(Firsts(adapters), Firsts(same));
        other.Dispose();
        using SequenceClassifier third = LoraSample.Model();
        using LoraAdapters different = LoraAdapters.Attach(third, LoraSample.Weights, TuningMethod.Lora(4), seed: 8);
        Assert.NotEqual(Firsts(adapters), Firsts(different));

        static float[] Firsts(LoraAdapters adapters) => [.. adapters.Parameters.SelectMany(named => LoraSample.Values(named.Parameter))];
    }

    [Fact]
    public void Gradients_reach_the_adapters_when_the_weights_are_frozen()
    {
        using SequenceClassifier model = LoraSample.Model();
        foreach (Parameter parameter in model.parameters())
            parameter.requires_grad = false;
        using LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(4), seed: 1);
        LoraSample.Train(adapters);
        using Tensor ids = tensor(new long[] { 2, 7, 9, 3 }).view(1, 4), mask = ones_like(ids);
        using Tensor loss = model.Classify(ids, mask, null).square().sum();
        loss.backward();
        Assert.All(adapters.Parameters, named => Assert.Contains(LoraSample.Values(named.Parameter.grad!), value => value != 0));
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Dropout_is_for_training_only()
    {
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(4, dropout: 0.5), seed: 1);
        LoraSample.Train(adapters);
        float[] evaluated = LoraSample.Logits(model);
        Assert.Equal(evaluated, LoraSample.Logits(model));
        model.train();
        using var first = new DropoutGenerator(1);
        float[] trained = LoraSample.Logits(model);
        Assert.NotEqual(evaluated, trained);
        using var second = new DropoutGenerator(1);
        Assert.Equal(trained, LoraSample.Logits(model));
        model.eval();
        Assert.Equal(evaluated, LoraSample.Logits(model));
    }

    [Fact]
    public void Adapters_can_be_converted_with_their_model()
    {
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(4), seed: 1);
        LoraSample.Train(adapters);
        float[] before = LoraSample.Logits(model);
        foreach (ScalarType type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float64])
        {
            model.to(type);
            foreach (LowRankAdapter adapter in adapters.ByModule.Values)
                adapter.to(type);
            Assert.All(adapters.Parameters, named => Assert.Equal(type, named.Parameter.dtype));
            Assert.All(before.Zip(LoraSample.Logits(model)), pair => Assert.Equal(pair.First, pair.Second, 0.3f));
        }

        float[] unmerged = LoraSample.Logits(model);
        adapters.Merge();
        Assert.All(unmerged.Zip(LoraSample.Logits(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Detached_adapters_do_nothing_and_can_be_read()
    {
        using SequenceClassifier model = LoraSample.Model();
        float[] before = LoraSample.Logits(model);
        LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(4), seed: 1);
        LoraSample.Train(adapters);
        Assert.Throws<InvalidOperationException>(() => LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(4), seed: 1));
        adapters.Detach();
        Assert.Equal(before, LoraSample.Logits(model));
        Assert.Equal(4, adapters.Parameters.Count());
        adapters.Dispose();
        Assert.Equal(before, LoraSample.Logits(model));

        using LoraAdapters merged = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(4), seed: 1);
        merged.Merge();
        Assert.True(merged.IsMerged);
        Assert.Throws<InvalidOperationException>(merged.Merge);
    }

    [Theory]
    [InlineData("bert.embeddings.word_embeddings.weight")]
    [InlineData("bert.encoder.layer.0.output.LayerNorm.weight")]
    [InlineData("bert.encoder.layer.0.output.dense.bias")]
    [InlineData("classifier.weight")]
    [InlineData("bert.encoder.layer.7.output.dense.weight")]
    [InlineData("bert.encoder.layer.0.experts.down_proj[3]")]
    public void What_is_no_weight_of_a_layer_is_named_with_what_to_do(string name)
    {
        using SequenceClassifier model = LoraSample.Model();
        var e = Assert.Throws<ArgumentException>(
            () => LoraAdapters.Attach(model, [.. LoraSample.Weights, name], TuningMethod.Lora(4), seed: 1));
        Assert.StartsWith(
            "LoRA adapts the model's linear layers, each as a whole; these selected tensors, or parts of a stack, aren't weights of one: "
            + $"{name}. ",
            e.Message);
        Assert.DoesNotContain(LoraSample.Query, e.Message, StringComparison.Ordinal);
        Assert.Equal("Selection", e.ParamName);
        Assert.Contains("TuningMethod.Direct", e.Message, StringComparison.Ordinal);
        Assert.All(model.LinearLayers.Values, layer => Assert.Null(layer.Adapter));
    }

    private static float[] Expected(float[] weight, float[] a, float[] b, int rank, double scale)
    {
        int inputs = a.Length / rank;
        return [.. weight.Select((value, i) =>
        {
            (int row, int column) = (i / inputs, i % inputs);
            double change = 0;
            for (int k = 0; k < rank; k++)
                change += (double)a[k * inputs + column] * b[row * rank + k];
            return (float)(value + change * scale);
        })];
    }
}
