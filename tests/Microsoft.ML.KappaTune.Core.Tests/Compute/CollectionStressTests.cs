using System.Diagnostics;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Training.Optimization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>It collects garbage half of the time, which other tests shouldn't have to wait for.</summary>
[CollectionDefinition(nameof(CollectionStressTests), DisableParallelization = true)]
public sealed class CollectionStress;

/// <summary>
/// Steps and scans while another thread collects garbage half of the time: what libtorch is given lives as long as it reads it. Of steps
/// of TorchSharp's own optimizer one in twenty threw.
/// </summary>
[Collection(nameof(CollectionStressTests))]
public class CollectionStressTests
{
    private const int OptimizerSteps = 100_000, ScanOperations = 1_000_000, OperationsARound = 5, Solved = 200;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Optimizer_steps(bool onCpu)
    {
        using var parameters = new ParameterGroup(isHead: false, decays: true, [[3, 5], [4]], CPU);
        using var group = new AdamWGroup(parameters, 1e-3, 0.01);
        using var optimizer = new FlatAdamW([group], 0.9, 0.999);
        using (Tensor gradients = ones_like(parameters.Gradients))
            parameters.Gradients.copy_(gradients);
        WhileCollecting(() =>
        {
            using var mode = no_grad();
            for (int i = 0; i < OptimizerSteps / 2; i++)
            {
                double factor = FlatAdamW.ClippingFactor(optimizer.GradientNorm(), 1);
                if (onCpu)
                {
                    optimizer.Step(factor);
                }
                else
                {
                    group.Steps++;
                    new AdamWStep(group, 0.9, 0.999, 1e-8, factor).ByTensors();
                }
            }
        });
        // Gradients that stay the same move every weight by the whole rate in each step; the decay holds back 1 %.
        float moved = parameters.Values[0].item<float>();
        Assert.InRange(moved, -OptimizerSteps / 2 * 1e-3f, -0.3f * OptimizerSteps / 2 * 1e-3f);
    }

    [Fact]
    public void Scan_operations()
    {
        using Tensor start = ones(6, 6), step = eye(6);
        float last = 0;
        WhileCollecting(() =>
        {
            using var mode = no_grad();
            for (int i = 0; i < ScanOperations / OperationsARound; i++)
            {
                using var scope = NewDisposeScope();
                last = start.Times(2).PlusInPlace(step).TimesInPlace(0.5).DividedBy(0.25).Plus(1)[0, 1].item<float>();
                if (last != 5)
                    break;
            }
        });
        Assert.Equal(5, last); // (1 · 2 + 0) · ½ / ¼ + 1
    }

    [Fact]
    public void Scans_of_matrices()
    {
        using var generator = new Generator(1);
        using Tensor tall = randn([1, 96, 64], generator: generator), square = randn([1, 64, 64], generator: generator);
        var expected = new HashSet<ConditionNumber>();
        using (new ThreadSetting(1))
            expected.UnionWith([ConditionNumberSolver.Solve(tall)[0], ConditionNumberSolver.Solve(square)[0]]);
        var found = new HashSet<ConditionNumber>();
        WhileCollecting(() =>
        {
            for (int i = 0; i < Solved; i++)
                found.UnionWith([ConditionNumberSolver.Solve(tall)[0], ConditionNumberSolver.Solve(square)[0]]);
        });
        Assert.Equal(expected, found);
    }

    private static void WhileCollecting(Action work)
    {
        // The collector takes a core, so that a second thread of the tensor library would keep the first one waiting.
        using var threads = new ThreadSetting(1);
        using var done = new CancellationTokenSource();
        long collections = 0;
        var collector = new Thread(() =>
        {
            var random = new Random(1);
            while (!done.IsCancellationRequested)
            {
                long begin = Stopwatch.GetTimestamp();
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                collections++;
                // Without a pause the work would get on only where the system takes the core from this thread.
                long end = Stopwatch.GetTimestamp(), pause = (long)(2 * random.NextDouble() * (end - begin));
                while (Stopwatch.GetTimestamp() - end < pause)
                    Thread.SpinWait(10);
            }
        });
        collector.Start();
        try
        {
            work();
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }

        Assert.True(collections > 100, $"{collections} collections");
    }
}
