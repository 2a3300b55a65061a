using System.Runtime.InteropServices;
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
public sealed partial class PackedProductTests : IDisposable
{
    private const string Up = "model.layers.1.mlp.up_proj.weight";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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

    /// <summary>Values of 24 layers would take 384 MB; those of one are there at a time, 16 MB.</summary>
    [Fact]
    public void Autograd_keeps_no_values()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is in memory is asked of Linux.");
        const int Size = 2048, Layers = 24;
        const long MostBytes = 150_000_000;
        byte[] codes = new byte[Size * Size];
        new Random(1).NextBytes(codes);
        SafetensorsWriter.Write(
            _folder.File("model.safetensors"),
            [
                TensorSource.FromBytes("a.weight", TensorDataType.Int8, [Size, Size], codes),
                TensorSource.FromBytes("a.SCB", TensorDataType.Float32, [Size], new byte[Size * sizeof(float)]),
            ]);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        var packed = new PackedWeight(Assert.Single(checkpoint.Weights), CPU);
        Assert.Equal(Size * (Size + sizeof(float)), packed.ByteLength);
        using var scope = NewDisposeScope();
        Tensor input = randn(4, Size).requires_grad_(), states = input;
        packed.Values(ScalarType.Float32).Dispose();
        long before = ResidentBytes();
        for (int i = 0; i < Layers; i++)
            states = PackedProduct.Of(states, packed, isTransposed: false, bias: null);
        Assert.InRange(ResidentBytes() - before, long.MinValue, MostBytes);
        states.sum().backward();
        Assert.InRange(ResidentBytes() - before, long.MinValue, MostBytes);
        Assert.Equal(input.shape, input.grad!.shape);
    }

    /// <summary>What is in use: memory that is freed, and only kept to be given out again, goes back to the system first.</summary>
    private static long ResidentBytes()
    {
        _ = GiveBack(0);
        return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int GiveBack(nuint kept);

    private Checkpoint Open(string kind) => Checkpoint.Open(QuantisedDecoder.Write(_folder, kind).Quantised);

    private static LinearLayer Layer(Checkpoint checkpoint, bool isTransposed, bool hasBias)
    {
        LogicalTensor weight = checkpoint.Weights.Single(weight => weight.Name == Up);
        (long inputs, long outputs) = isTransposed ? (weight.Shape[0], weight.Shape[1]) : (weight.Shape[1], weight.Shape[0]);
        return new(inputs, outputs, hasBias, ScalarType.Float32, CPU, isTransposed, isPacked: true) { Packed = new(weight, CPU) };
    }
}
