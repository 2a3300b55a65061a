using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>Shapes that don't fit are an exception, wherever they come from, and not the end of the process.</summary>
public class TensorProductsTests
{
    [Theory]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 2, 4, 5 })]
    [InlineData(new long[] { 2, 3, 4, 5 }, new long[] { 2, 3, 5, 6 })]
    public void A_product_is_that_of_matmul_to_the_bit(long[] left, long[] right)
    {
        using var scope = NewDisposeScope();
        Tensor x = rand(left), y = rand(right).transpose(-2, -1).contiguous().transpose(-2, -1), expected = x.matmul(y);
        Tensor product = x.Product(y);
        Assert.Equal(expected.shape, product.shape);
        Assert.Equal([.. expected.data<float>()], product.data<float>().ToArray());
    }

    [Theory]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 2, 5, 4 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 3, 4, 5 })]
    [InlineData(new long[] { 2, 3, 4, 5 }, new long[] { 2, 3, 4, 5 })]
    [InlineData(new long[] { 2, 3, 4, 5 }, new long[] { 2, 2, 5, 6 })]
    public void Shapes_that_do_not_fit_are_an_exception(long[] left, long[] right)
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<Exception>(() => rand(left).Product(rand(right)));
    }

    [Fact]
    public void States_of_another_width_are_an_exception_in_every_layer()
    {
        using var scope = NewDisposeScope();
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using var encoder = new TextEncoder(config, ScalarType.Float32, CPU);
        Tensor wide = rand(2, 5, config.HiddenSize + 4);
        Assert.Throws<ExternalException>(() => encoder.Layer(0, wide, new(zeros(2, 1, 1, 5))));
        Assert.Throws<ExternalException>(() => encoder.Layer(0, rand(2, 5, config.HiddenSize), new(zeros(2, 1, 1, 6))));
        using var projection = new LinearLayer(4, 3, hasBias: true, ScalarType.Float32, CPU);
        Assert.Throws<ExternalException>(() => projection.forward(rand(2, 5)));
    }

    [Fact]
    public void States_of_two_widths_have_no_drift()
    {
        using var scope = NewDisposeScope();
        using var drift = new StateDrift();
        Assert.Throws<ExternalException>(() => drift.Add(rand(2, 3, 8), rand(2, 3, 6), ones([2, 3], ScalarType.Int64)));
    }

    [Fact]
    public void A_module_of_many_shapes_is_scanned_or_refused()
    {
        using var module = new Shapes();
        TuningPlan plan = KappaTuner.Apply(module, KappaSelection.LowestFraction(1));
        Assert.Contains(plan.Selected, matrix => matrix.Name == "kernel");
        Assert.DoesNotContain(plan.Selected, matrix => matrix.Name is "empty" or "vector" or "number");
    }

    private sealed class Shapes : nn.Module
    {
        public Shapes()
            : base(nameof(Shapes))
        {
            foreach ((string name, long[] shape) in (ReadOnlySpan<(string, long[])>)
                [("kernel", [4, 3, 5, 5]), ("wide", [60, 200]), ("empty", [0, 7]), ("vector", [9]), ("number", [])])
            {
                register_parameter(name, new(rand(shape)));
            }
        }
    }
}
