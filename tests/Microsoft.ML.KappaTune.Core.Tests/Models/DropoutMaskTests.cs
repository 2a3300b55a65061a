using Microsoft.ML.KappaTune.Compute;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Sets the process's threads, so nothing may count on them beside it.</summary>
[Collection(nameof(ProcessSettings))]
public class DropoutMaskTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_right_share_is_dropped_and_the_rest_makes_up_for_it(double p)
    {
        const int Count = 400_000;
        using var generator = new DropoutGenerator(1);
        float[] mask = Draw([Count], p);
        float kept = (float)(1 / (1 - p));
        Assert.All(mask.Distinct(), value => Assert.True(value == 0 || value == kept));
        // Five standard deviations of so many draws.
        double width = 5 * Math.Sqrt(p * (1 - p) / Count);
        Assert.InRange(mask.Count(value => value == 0), (p - width) * Count, (p + width) * Count);
        // Neighbours, and values a power of two apart, know nothing of each other.
        foreach (int distance in (int[])[1, 2, 8, 64, 4096, 65_536])
        {
            int both = Enumerable.Range(0, Count - distance).Count(i => mask[i] == 0 && mask[i + distance] == 0);
            double pairs = Count - distance, q = p * p;
            Assert.InRange(both / pairs, q - 5 * Math.Sqrt(q / pairs) - 2 * p * width, q + 5 * Math.Sqrt(q / pairs) + 2 * p * width);
        }
    }

    [Fact]
    public void The_seed_decides_and_threads_do_not()
    {
        // Longer than a piece, and no multiple of a vector.
        long[] shape = [3, 70_001];
        int threads = get_num_threads();
        try
        {
            set_num_threads(1);
            (float[] first, float[] second) = DrawTwo(7);
            Assert.NotEqual(first, second);
            set_num_threads(4);
            (float[] again, float[] secondAgain) = DrawTwo(7);
            Assert.Equal(first, again);
            Assert.Equal(second, secondAgain);
            Assert.NotEqual(first, DrawTwo(8).First);
        }
        finally
        {
            set_num_threads(threads);
        }

        (float[] First, float[] Second) DrawTwo(long seed)
        {
            using var generator = new DropoutGenerator(seed);
            return (Draw(shape, 0.3), Draw(shape, 0.3));
        }
    }

    [Fact]
    public void Neither_the_process_nor_an_inner_generator_changes_the_draws()
    {
        using var seed = new DropoutGenerator(7);
        float[] expected = [.. Draw([100], 0.3), .. Draw([100], 0.3)];
        using var again = new DropoutGenerator(7);
        float[] first = Draw([100], 0.3);
        using (new DropoutGenerator(8))
        {
            Draw([100], 0.3);
            rand(5).Dispose();
        }

        float[] second = Draw([100], 0.3);
        Assert.Equal(expected, first.Concat(second));
    }

    [Fact]
    public void On_a_GPU_the_seed_decides_too()
    {
        Assert.SkipUnless(cuda.is_available(), "There is no GPU.");
        using Tensor input = ones(1000, device: CUDA);
        Assert.Equal(Dropped(7), Dropped(7));
        Assert.NotEqual(Dropped(7), Dropped(8));

        float[] Dropped(long seed)
        {
            using var generator = new DropoutGenerator(seed);
            using Tensor output = DropoutMask.Apply(input, 0.5);
            using Tensor values = output.cpu();
            return [.. values.data<float>()];
        }
    }

    [Fact]
    public void Without_a_generator_nothing_is_drawn() =>
        Assert.Throws<InvalidOperationException>(() => Draw([4], 0.5));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_goes_where_the_values_went(bool inPlace)
    {
        using var scope = NewDisposeScope();
        using Tensor input = ones(50, 8, requires_grad: true);
        using var generator = new DropoutGenerator(3);
        Tensor output = DropoutMask.Apply(input * 1, 0.4, inPlace);
        output.sum().backward();
        Assert.Equal(output.detach().data<float>().ToArray(), input.grad!.data<float>().ToArray());
        Assert.Contains(0f, output.detach().data<float>().ToArray());
    }

    [Fact]
    public void Other_types_keep_their_type()
    {
        using var generator = new DropoutGenerator(3);
        using Tensor mask = DropoutMask.Draw([4, 4], 0.5, ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, mask.dtype);
        using var again = new DropoutGenerator(3);
        float[] single = Draw([4, 4], 0.5);
        using Tensor wide = mask.to(ScalarType.Float32);
        Assert.Equal(single, wide.data<float>().ToArray());
    }

    private static float[] Draw(long[] shape, double p)
    {
        using Tensor mask = DropoutMask.Draw(shape, p, ScalarType.Float32);
        return mask.data<float>().ToArray();
    }
}
