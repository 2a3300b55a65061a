using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Tests.Checkpoints.Encodings;
using Microsoft.ML.KappaTune.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Layers;

/// <summary>Linear layers whose weights stay codes. Counts the process's tensors and its memory, so nothing may run beside it.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class PackedProductTests : IDisposable
{
    private const string Up = "model.layers.1.mlp.up_proj.weight";

    private readonly TemporaryFolder _folder = new();
    private readonly PackedWorkspace _workspace = new(CPU);

    public void Dispose()
    {
        _workspace.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("nf4", false, true)]
    [InlineData("gptq v1", false, false)]
    [InlineData("awq", true, true)]
    [InlineData("fp8 blocks", true, false)]
    public void Product_and_gradients_are_those_of_the_values(string kind, bool isTransposed, bool hasBias)
    {
        using Checkpoint checkpoint = Open(kind);
        using var scope = NewDisposeScope();
        using LinearLayer packed = Layer(checkpoint, isTransposed, hasBias), plain = Layer(checkpoint, isTransposed, hasBias);
        plain.Unpack();
        Assert.Equal((true, true), (packed.Packed is not null, plain.Packed is null));
        Assert.Equal((packed.Inputs, packed.Outputs), (plain.Inputs, plain.Outputs));
        if (hasBias)
        {
            using var guard = no_grad();
            plain.Bias!.copy_(packed.Bias!.normal_());
        }

        // As attention and feed-forward networks give it, with more dimensions than two, and with two.
        foreach (long[] shape in (long[][])[[2, 3, packed.Inputs], [5, packed.Inputs]])
        {
            Tensor values = randn(shape), one = values.clone().requires_grad_(), other = values.clone().requires_grad_();
            Tensor expected = plain.forward(one), actual = packed.forward(other);
            Assert.InRange(StoredTensors.Difference(actual, expected), 0, 1e-5);
            // What comes after may change it in its place, as residual connections and adapters do.
            Tensor change = randn_like(expected);
            expected.PlusInPlace(change).tanh().sum().backward();
            actual.PlusInPlace(change).tanh().sum().backward();
            Assert.InRange(StoredTensors.Difference(other.grad!, one.grad!), 0, 1e-5);
            if (hasBias)
                Assert.InRange(StoredTensors.Difference(packed.Bias!.grad!, plain.Bias!.grad!), 0, 1e-4);
            Assert.Null(packed.Weight.grad);
        }
    }

    [Fact]
    public void Unpacked_its_weight_is_the_parameter_that_the_model_has()
    {
        using Checkpoint checkpoint = Open("int8");
        using LinearLayer layer = Layer(checkpoint, isTransposed: false, hasBias: false);
        Assert.Equal((DeviceType.META, DeviceType.CPU), (layer.Weight.device_type, layer.Device.type));
        using (NewDisposeScope())
            layer.Unpack();
        (string name, TorchSharp.Modules.Parameter parameter) = Assert.Single(layer.named_parameters());
        Assert.Equal(("weight", DeviceType.CPU), (name, layer.Weight.device_type));
        float[] expected = new float[parameter.NumberOfElements];
        checkpoint.Weights.Single(weight => weight.Name == Up).Read(0, expected);
        using Tensor values = layer.Weight.detach();
        Assert.Equal(expected, values.data<float>().ToArray());
        Assert.Same(parameter, layer.Weight);
    }

    [Fact]
    public void A_call_leaves_its_result_and_a_backward_pass_nothing()
    {
        using Checkpoint checkpoint = Open("gptq v2");
        using var scope = NewDisposeScope();
        using LinearLayer layer = Layer(checkpoint, isTransposed: false, hasBias: true);
        Tensor input = randn(2, 3, layer.Inputs).requires_grad_();
        Pass();
        long before = LiveTensors.Settled();
        for (int i = 0; i < 20; i++)
            Pass();
        Assert.Equal(before, LiveTensors.Settled());

        int owned = scope.DisposablesCount;
        using (no_grad())
        {
            Tensor result = layer.forward(input);
            Assert.Equal((owned + 1, before + 1), (scope.DisposablesCount, Tensor.TotalCount));
            result.Dispose();
        }

        void Pass()
        {
            using var pass = NewDisposeScope();
            layer.forward(input).sum().backward();
        }
    }

    /// <summary>
    /// Values of 24 layers, of different sizes, would take 190 MB, and so would the blocks that they leave free. Codes are in the file's
    /// memory, which isn't counted.
    /// </summary>
    [Fact]
    public void Memory_is_that_of_one_layer_whether_kept_or_only_not_given_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is in memory is asked of Linux.");
        const long MostBytes = 80_000_000;
        int[] widths = [.. Enumerable.Range(0, 25).Select(i => 1024 + 32 * i)];
        using var weights = new CodedWeights([.. widths.Zip(widths.Skip(1), (inputs, outputs) => (outputs, inputs))]);
        Assert.InRange(weights.All.Sum(weight => weight.ByteLength) * sizeof(float), 2 * MostBytes, long.MaxValue);
        using var scope = NewDisposeScope();
        PackedProduct.Of(randn(4, widths[0]).requires_grad_(), weights.All[0], isTransposed: false, bias: null).sum().backward();
        long before = ResidentBytes();
        Tensor input = randn(4, widths[0]).requires_grad_(), states = input;
        foreach (PackedWeight weight in weights.All)
            states = PackedProduct.Of(states, weight, isTransposed: false, bias: null);
        Assert.InRange(ResidentBytes() - before, long.MinValue, MostBytes);
        states.sum().backward();
        Assert.InRange(ResidentBytes() - before, long.MinValue, MostBytes);
        Assert.Equal(input.shape, input.grad!.shape);
        Assert.Equal(widths[^1] * widths[^2] * sizeof(float), weights.Workspace.ByteLength);
    }

    /// <summary>Autograd asks for the values once more than a backward pass does.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gradient_has_a_gradient(bool isTransposed)
    {
        using var weights = new CodedWeights((12, 20), (20, 12));
        using var scope = NewDisposeScope();
        Tensor values = weights.All[0].Values(ScalarType.Float32), input = randn(5, isTransposed ? 12 : 20);
        Tensor actual = Twice(x => PackedProduct.Of(x, weights.All[0], isTransposed, bias: null));
        Tensor expected = Twice(x => nn.functional.linear(x, isTransposed ? values.t() : values));
        Assert.InRange(StoredTensors.Difference(actual, expected), 0, 1e-5);
        Assert.NotEqual(0, expected.abs().max().item<float>());

        Tensor Twice(Func<Tensor, Tensor> product)
        {
            Tensor x = input.clone().requires_grad_();
            Tensor first = autograd.grad([product(x).tanh().sum()], [x], retain_graph: true, create_graph: true)[0];
            // What another weight overwrites meanwhile isn't read.
            weights.All[1].Values(ScalarType.Float32).Dispose();
            first.Squared().sum().backward();
            return x.grad!;
        }
    }

    /// <summary>Its rows' lengths are asked of the values too.</summary>
    [Theory]
    [InlineData("nf4", false)]
    [InlineData("awq", true)]
    public void An_adapter_of_given_lengths_is_that_of_the_values(string kind, bool isTransposed)
    {
        using Checkpoint checkpoint = Open(kind);
        using var scope = NewDisposeScope();
        using LinearLayer packed = Layer(checkpoint, isTransposed, hasBias: false), plain = Layer(checkpoint, isTransposed, hasBias: false);
        plain.Unpack();
        var settings = new LoraSettings(2, 4, HasMagnitudes: true);
        using var one = new LowRankAdapter(packed, settings);
        using var other = new LowRankAdapter(plain, settings);
        using (no_grad())
        {
            other.A.copy_(one.A.uniform_(-1, 1));
            other.B.copy_(one.B.uniform_(-1, 1));
            other.Magnitude!.copy_(one.Magnitude!.uniform_(0.5, 1.5));
        }

        (packed.Adapter, plain.Adapter) = (one, other);
        Tensor values = randn(2, 3, packed.Inputs), first = values.clone().requires_grad_(), second = values.clone().requires_grad_();
        Tensor actual = packed.forward(first), expected = plain.forward(second);
        Assert.InRange(StoredTensors.Difference(actual, expected), 0, 1e-4);
        actual.tanh().sum().backward();
        expected.tanh().sum().backward();
        Assert.InRange(StoredTensors.Difference(first.grad!, second.grad!), 0, 1e-4);
        Assert.InRange(StoredTensors.Difference(one.B.grad!, other.B.grad!), 0, 1e-4);
        Assert.InRange(StoredTensors.Difference(one.Magnitude!.grad!, other.Magnitude!.grad!), 0, 1e-4);
        Assert.Equal(packed.Inputs * packed.Outputs * sizeof(float), _workspace.ByteLength);
    }

    /// <summary>Of the process's own memory, that of files isn't.</summary>
    private static long ResidentBytes()
    {
        long[] pages = [.. File.ReadAllText("/proc/self/statm").Split(' ').Select(long.Parse)];
        return (pages[1] - pages[2]) * Environment.SystemPageSize;
    }

    private Checkpoint Open(string kind) => Checkpoint.Open(QuantisedDecoder.Write(_folder, kind).Quantised);

    private LinearLayer Layer(Checkpoint checkpoint, bool isTransposed, bool hasBias)
    {
        LogicalTensor weight = checkpoint.Weights.Single(weight => weight.Name == Up);
        (long inputs, long outputs) = isTransposed ? (weight.Shape[0], weight.Shape[1]) : (weight.Shape[1], weight.Shape[0]);
        return new(inputs, outputs, hasBias, ScalarType.Float32, CPU, isTransposed, isPacked: true) { Packed = new(weight, _workspace) };
    }
}
