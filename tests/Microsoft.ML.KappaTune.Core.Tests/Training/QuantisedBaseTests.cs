using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;
using Microsoft.ML.KappaTune.Tests.Checkpoints.Encodings;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>Language models tuned on bases that are stored quantised, and stay so in memory or don't.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class QuantisedBaseTests : IDisposable
{
    private readonly TinyLanguageTask _tiny = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(QuantisedWeight.Kinds), MemberType = typeof(QuantisedWeight))]
    public void Adapters_beside_codes_learn_what_they_learn_beside_values(string kind)
    {
        string quantised = QuantisedDecoder.Write(_folder, kind).Quantised;
        TuningOptions options = Lora(quantised);
        Result beside = Tune(options with { BaseWeights = BaseWeights.Quantised });
        Result values = Tune(options with { BaseWeights = BaseWeights.Dequantised });
        Assert.Equal((QuantisedDecoder.Weights, 0), (beside.Packed, values.Packed));
        Assert.NotEmpty(beside.Adapters);
        TinyTask.AssertSame(values.Adapters, beside.Adapters, 1e-5f);
        TinyTask.AssertSame(values.Weights, beside.Weights, 1e-5f);
        Assert.All(values.Losses.Zip(beside.Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        // What began as zero.
        Assert.All(
            beside.Adapters.Where(pair => pair.Key.Contains("lora_B", StringComparison.Ordinal)),
            pair => Assert.Contains(pair.Value, value => value != 0));
    }

    [Fact]
    public void By_default_codes_stay_where_adapters_alone_train()
    {
        string quantised = QuantisedDecoder.Write(_folder, "int8").Quantised;
        TuningOptions options = Lora(quantised) with { MaxEpochs = 1 };
        Assert.Equal(QuantisedDecoder.Weights, Tune(options).Packed);
        Assert.Equal(0, Tune(options with { Method = TuningMethod.Direct }).Packed);
    }

    [Fact]
    public void In_bfloat16_the_result_has_the_values_of_the_codes()
    {
        string quantised = QuantisedDecoder.Write(_folder, "nf4").Quantised;
        TuningOptions options = Lora(quantised) with { Precision = TuningPrecision.BFloat16 };
        Result beside = Tune(options), values = Tune(options with { BaseWeights = BaseWeights.Dequantised });
        Assert.Equal(QuantisedDecoder.Weights, beside.Packed);
        TinyTask.AssertSame(values.Weights, beside.Weights, 1e-2f);
        SortedDictionary<string, float[]> before = Untuned(quantised);
        Assert.All(before.Keys.Except(beside.Trained), name => Assert.Equal(before[name], beside.Weights[name]));
    }

    [Fact]
    public void What_trains_itself_has_values_and_the_rest_stays_codes()
    {
        string quantised = QuantisedDecoder.Write(_folder, "awq").Quantised;
        TuningOptions options = _tiny.Options with
        {
            BaseModel = quantised,
            Selection = KappaSelection.Lowest(3),
            LearningRate = 1e-3,
            BaseWeights = BaseWeights.Quantised,
        };
        Result beside = Tune(options), values = Tune(options with { BaseWeights = BaseWeights.Dequantised });
        Assert.Equal(QuantisedDecoder.Weights - 3, beside.Packed);
        Assert.Equal(3, beside.Trained.Length);
        TinyTask.AssertSame(values.Weights, beside.Weights, 1e-5f);
        SortedDictionary<string, float[]> before = Untuned(quantised);
        Assert.Equal(
            before.Keys.Where(name => !before[name].AsSpan().SequenceEqual(beside.Weights[name])).Order(StringComparer.Ordinal),
            beside.Trained.Order(StringComparer.Ordinal));
    }

    /// <summary>Bytes that are counted, not those of the process, which other tests share.</summary>
    [Fact]
    public void Memory_is_that_of_the_codes()
    {
        (string quantised, string plain) = QuantisedDecoder.Write(_folder, "fp8 blocks");
        using Checkpoint checkpoint = Checkpoint.Open(quantised), other = Checkpoint.Open(plain);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint, keepsCodes: true), values = CausalLanguageModel.Load(other);
        long codes = checkpoint.Weights.Where(weight => weight.CodeBits is not null)
            .Sum(weight => weight.Parts.Sum(part => part.ByteLength));
        long linear = values.LinearLayers.Where(pair => pair.Key.EndsWith("_proj", StringComparison.Ordinal))
            .Sum(pair => pair.Value.Weight.NumberOfElements * sizeof(float));
        Assert.Equal(BytesOf(values) - linear + codes, BytesOf(model));
        Assert.InRange(codes, 1, linear / 3);
        // One expects the sizes of a model all the same, whose parts are counted and selected by them.
        Assert.Equal(
            values.named_parameters().Select(named => (named.name, string.Join(',', named.parameter.shape))),
            model.named_parameters().Select(named => (named.name, string.Join(',', named.parameter.shape))));
        // Beside it, the values of one weight while a product is computed.
        using (NewDisposeScope())
            NextTokens.Learn(model, tensor(new long[] { 3, 7, 9, 11 }, 1, 4));
        long largest = model.LinearLayers.Values.Where(layer => layer.Packed is not null).Max(layer => layer.Weight.NumberOfElements);
        Assert.Equal(largest * sizeof(float), model.PackedWorkspace.ByteLength);
        model.Unpack();
        Assert.Equal((BytesOf(values), 0L), (BytesOf(model), model.PackedWorkspace.ByteLength));
    }

    [Fact]
    public void An_adapter_on_a_quantised_base_merges_into_a_model_of_values()
    {
        (string quantised, string plain) = QuantisedDecoder.Write(_folder, "gptq v1 in an order of inputs");
        string adapter = _folder.File("adapter");
        TuningOutcome<CausalLanguageModel> tuned = LanguageModelTuner.Tune(_tiny.Task(Lora(quantised), validates: false));
        SortedDictionary<string, float[]> expected = TinyTask.Weights(tuned.Model);
        tuned.Adapters!.Save(adapter, quantised, tuned.TrainedTensors);
        Assert.Contains(quantised, File.ReadAllText(Path.Combine(adapter, "adapter_config.json")), StringComparison.Ordinal);
        tuned.Adapters.Dispose();
        tuned.Model.Dispose();

        SortedDictionary<string, float[]> merged;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor ids = tensor(new long[] { 2, 7, 9, 11, 5, 6 }, 1, 6), beside;
        Checkpoint checkpoint = Checkpoint.Open(quantised);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint, keepsCodes: true);
        model.eval();
        using (LoraAdapters adapters = LoraAdapters.Load(model, adapter))
        {
            beside = model.Logits(ids);
            adapters.Merge();
            merged = TinyTask.Weights(model);
        }

        // Its checkpoint is no longer needed.
        checkpoint.Dispose();
        Assert.InRange(StoredTensors.Difference(model.Logits(ids), beside), 0, 1e-4);
        Assert.All(model.LinearLayers.Values, layer => Assert.Null(layer.Packed));
        TinyTask.AssertSame(expected, merged);

        // Beside the values that another wrote of the codes, it is the same model.
        using Checkpoint others = Checkpoint.Open(plain);
        using CausalLanguageModel dequantised = CausalLanguageModel.Load(others);
        dequantised.eval();
        using LoraAdapters itsAdapters = LoraAdapters.Load(dequantised, adapter);
        Assert.InRange(StoredTensors.Difference(dequantised.Logits(ids), beside), 0, 1e-4);
    }

    /// <summary>Recorded models of GGUF's blocks: logits and gradients of adapters are those of the dequantised model.</summary>
    [Theory]
    [InlineData("qwen2-q4_0")]
    [InlineData("qwen3-moe-q4_0")]
    [InlineData("llama-q8_0")]
    [InlineData("gpt2-q8_0")]
    public void Adapters_on_GGUF_blocks_have_the_gradients_of_the_values(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Open(Path.Combine("gguf", name, "model.gguf")));
        using var scope = NewDisposeScope();
        using CausalLanguageModel packed = CausalLanguageModel.Load(checkpoint, keepsCodes: true);
        using CausalLanguageModel values = CausalLanguageModel.Load(checkpoint);
        LinearLayer[] coded = [.. packed.LinearLayers.Values.Where(layer => layer.Packed is not null)];
        Assert.InRange(coded.Length, 4, packed.LinearLayers.Count);
        Tensor ids = tensor(new long[] { 3, 7, 9, 11, 5, 6 }, 1, 6);
        (SortedDictionary<string, float[]> Gradients, double Loss) one = Learn(packed), other = Learn(values);
        Assert.Equal(other.Loss, one.Loss, 1e-5);
        TinyTask.AssertSame(other.Gradients, one.Gradients, 1e-5f);

        (SortedDictionary<string, float[]>, double) Learn(CausalLanguageModel model)
        {
            foreach ((_, TorchSharp.Modules.Parameter parameter) in model.named_parameters())
                parameter.requires_grad = false;
            string[] adapted = [.. model.LinearLayers.Keys.Where(path => path.Contains("layers.", StringComparison.Ordinal)
                || path.Contains(".h.", StringComparison.Ordinal)).Select(path => $"{path}.weight")];
            using LoraAdapters adapters = LoraAdapters.Attach(model, adapted, TuningMethod.Lora(2), seed: 1);
            LoraSample.Train(adapters);
            double loss = NextTokens.Learn(model, ids);
            var gradients = new SortedDictionary<string, float[]>(StringComparer.Ordinal);
            foreach ((string its, TorchSharp.Modules.Parameter parameter) in adapters.Parameters)
            {
                // An expert that no token chose has none.
                if (parameter.grad is { } gradient)
                    gradients.Add(its, LoraSample.Values(gradient));
            }

            Assert.NotEmpty(gradients);
            return (gradients, loss);
        }
    }

    private TuningOptions Lora(string baseModel) => _tiny.Options with
    {
        BaseModel = baseModel,
        Method = TuningMethod.Lora(2),
        MaxEpochs = 2,
        LearningRate = 1e-3,
    };

    private Result Tune(TuningOptions options)
    {
        int packed = -1;
        LanguageModelRequest request = _tiny.Task(options) with
        {
            EpochEnded = moment => packed = moment.Model.LinearLayers.Values.Count(layer => layer.Packed is not null),
        };
        TuningOutcome<CausalLanguageModel> tuned = LanguageModelTuner.Tune(request);
        using CausalLanguageModel model = tuned.Model;
        using LoraAdapters? adapters = tuned.Adapters;
        Assert.All(model.LinearLayers.Values, layer => Assert.Null(layer.Packed));
        var learnt = new SortedDictionary<string, float[]>(StringComparer.Ordinal);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in adapters?.Parameters ?? [])
            learnt.Add(name, LoraSample.Values(parameter));
        return new(
            packed, learnt, TinyTask.Weights(model), [.. tuned.Report.Losses.Select(step => step.Loss)], [.. tuned.TrainedTensors]);
    }

    private static SortedDictionary<string, float[]> Untuned(string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        return TinyTask.Weights(model);
    }

    private static long BytesOf(CausalLanguageModel model) =>
        model.parameters().Where(parameter => parameter.device_type != DeviceType.META)
            .Sum(parameter => parameter.NumberOfElements * parameter.ElementSize)
        + model.LinearLayers.Values.Sum(layer => layer.Packed?.ByteLength ?? 0);

    private sealed record Result(
        int Packed, SortedDictionary<string, float[]> Adapters, SortedDictionary<string, float[]> Weights, double[] Losses,
        string[] Trained);
}
