using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class NnInitTests
{
    private static void AssertMoments(Tensor tensor, double mean, double deviation)
    {
        Assert.Equal(mean, tensor.mean().item<float>(), 0.05 * deviation);
        Assert.Equal(deviation, tensor.std().item<float>(), 0.05 * deviation);
    }

    [Fact]
    public void FillsHaveTheirMomentsAndBounds()
    {
        manual_seed(0);
        using Parameter weight = Parameter(empty(100, 200));
        AssertMoments(init.normal_(weight, 1, 2), 1, 2);
        AssertMoments(init.uniform_(weight, -1, 3), 1, 4 / Math.Sqrt(12));
        AssertMoments(init.xavier_normal_(weight, 2), 0, 2 * Math.Sqrt(2.0 / 300));
        AssertMoments(init.xavier_uniform_(weight), 0, Math.Sqrt(2.0 / 300));
        AssertMoments(init.kaiming_normal_(weight, nonlinearity: init.NonlinearityType.ReLU), 0, Math.Sqrt(2.0 / 200));
        AssertMoments(init.kaiming_normal_(weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.Linear), 0, 0.1);
        AssertMoments(init.kaiming_uniform_(weight, Math.Sqrt(5)), 0, 1 / Math.Sqrt(3 * 200));
        Assert.InRange(weight.abs().max().item<float>(), 0.99 / Math.Sqrt(200), 1 / Math.Sqrt(200));

        init.trunc_normal_(weight, std: 0.5, a: -0.5, b: 1);
        Assert.InRange(weight.min().item<float>(), -0.5, -0.49);
        Assert.InRange(weight.max().item<float>(), 0.98, 1);
        Assert.True(weight.requires_grad);
        Assert.True(weight.is_leaf);
    }

    [Fact]
    public void ConstantFillsAreConstant()
    {
        using Tensor tensor = empty(3);
        Assert.Same(tensor, init.ones_(tensor));
        Assert.Equal([1f, 1, 1], tensor.data<float>().ToArray());
        Assert.Equal([0f, 0, 0], init.zeros_(tensor).data<float>().ToArray());
        Assert.Equal([7f, 7, 7], init.constant_(tensor, 7).data<float>().ToArray());
    }

    [Fact]
    public void FansCountTheReceptiveField()
    {
        Assert.Equal((3 * 20, 2 * 20), init.CalculateFanInAndFanOut(empty(2, 3, 4, 5)));
        Assert.Throws<ArgumentException>(() => init.CalculateFanInAndFanOut(empty(2)));
        Assert.Equal(Math.Sqrt(2.0 / 5), init.calculate_gain(init.NonlinearityType.LeakyReLU, 2), 1e-15);
        Assert.Equal(5.0 / 3, init.calculate_gain(init.NonlinearityType.Tanh));
    }

    [Fact]
    public void ASeedFixesTheValues()
    {
        float[] Draw()
        {
            manual_seed(5);
            using Linear linear = Linear(7, 5);
            return [.. linear.weight.data<float>(), .. linear.bias!.data<float>()];
        }
        Assert.Equal(Draw(), Draw());
    }
}
