using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Tests;

public class OptimSchedulerTests
{
    private static double[] Rates(Func<Optimizer, lr_scheduler.LRScheduler> make, double rate, int epochs)
    {
        using var optimizer = SGD([new Parameter(ones(1))], rate);
        lr_scheduler.LRScheduler scheduler = make(optimizer);
        var rates = new double[epochs];
        for (int i = 0; i < epochs; i++)
        {
            rates[i] = optimizer.ParamGroups.Single().LearningRate;
            Assert.Equal([rates[i]], scheduler.get_last_lr());
            scheduler.step();
        }
        return rates;
    }

    private static void AssertRates(double[] expected, Func<Optimizer, lr_scheduler.LRScheduler> make, double rate) =>
        Assert.Equal(expected, Rates(make, rate, expected.Length), (a, b) => Math.Abs(a - b) < 1e-12);

    [Fact]
    public void LambdaScalesTheInitialRate() =>
        AssertRates([0, 1, 2, 3], o => lr_scheduler.LambdaLR(o, epoch => epoch / 2.0), 2);

    [Fact]
    public void EachGroupHasItsFunctionAndItsRate()
    {
        using AdamW optimizer = AdamW([new AdamW.ParamGroup([new Parameter(ones(1))], lr: 1), new AdamW.ParamGroup([new Parameter(ones(1))], lr: 10)]);
        var scheduler = new lr_scheduler.impl.LambdaLR(optimizer, [epoch => epoch + 1, epoch => 1.0 / (epoch + 1)]);
        scheduler.step();
        Assert.Equal([2, 5], optimizer.ParamGroups.Select(group => group.LearningRate));
        scheduler.step(3);
        Assert.Equal([4, 2.5], optimizer.ParamGroups.Select(group => group.LearningRate));
        Assert.Equal([1, 10], optimizer.ParamGroups.Select(group => group.InitialLearningRate));
        Assert.Throws<ArgumentException>(() => new lr_scheduler.impl.LambdaLR(optimizer, [epoch => 1]));
    }

    [Fact]
    public void ASchedulerCanGoOnAfterAnEpoch()
    {
        using var optimizer = SGD([new Parameter(ones(1))], 4);
        lr_scheduler.LRScheduler first = lr_scheduler.LambdaLR(optimizer, epoch => 1.0 / (epoch + 1));
        first.step();
        lr_scheduler.LRScheduler second = lr_scheduler.LambdaLR(optimizer, epoch => 1.0 / (epoch + 1), last_epoch: 2);
        Assert.Equal([1.0], second.get_last_lr());
    }
}
