using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training.Optimization;

/// <summary>The optimizer over flat tensors, beside TorchSharp's, which goes from parameter to parameter.</summary>
public class FlatAdamWTests
{
    private const double Beta1 = 0.9, Beta2 = 0.98, Epsilon = 1e-8, Decay = 0.1, HeadRate = 2e-2, OtherRate = 5e-3;
    private const int Steps = 12, FirstSteps = 4;

    // Odd sizes, one longer than a piece of a pass; the first group decays, the last one is the head's.
    private static readonly (bool IsHead, bool Decays, long[][] Shapes)[] Layout =
    [
        (false, true, [[7, 5], [300, 400], [1, 1]]), (false, false, [[33], [1]]), (true, true, [[3, 9]]),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_moves_weights_as_TorchSharps_does(bool onCpu)
    {
        using var scope = NewDisposeScope();
        float[][][] expected = Undisturbed(ByTorchSharp);
        ParameterGroup[] groups = Groups();
        using var optimizer = new FlatAdamW(
            [.. groups.Select(group => new AdamWGroup(group, group.IsHead ? HeadRate : OtherRate, group.Decays ? Decay : 0))],
            Beta1, Beta2);
        for (int step = 1; step <= Steps; step++)
        {
            for (int g = 0; g < groups.Length; g++)
            {
                // At first the head alone.
                groups[g].IsTraining = step > FirstSteps || groups[g].IsHead;
                optimizer.Groups[g].LearningRate = optimizer.Groups[g].HighestRate * step / Steps;
                for (int i = 0; i < groups[g].Shapes.Count; i++)
                    groups[g].Part(groups[g].Gradients, i).copy_(Gradient(step, g, i));
            }

            if (onCpu)
                optimizer.Step();
            else
                StepByTensors(optimizer);
        }

        for (int g = 0; g < groups.Length; g++)
        {
            Assert.Equal(groups[g].IsHead ? Steps : Steps - FirstSteps, optimizer.Groups[g].Steps);
            for (int i = 0; i < groups[g].Shapes.Count; i++)
                AssertClose(expected[g][i], Values(groups[g].Part(groups[g].Values, i)), 2e-6f);
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1e6)]
    public void It_clips_as_TorchSharp_does(double most)
    {
        using var scope = NewDisposeScope();
        ParameterGroup[] groups = Groups();
        using var optimizer = new FlatAdamW([.. groups.Select(group => new AdamWGroup(group, OtherRate, 0))], Beta1, Beta2);
        var parameters = new List<Parameter>();
        for (int g = 0; g < groups.Length; g++)
        {
            // Gradients of a group that doesn't train aren't counted.
            groups[g].IsTraining = g != 1;
            for (int i = 0; i < groups[g].Shapes.Count; i++)
            {
                groups[g].Part(groups[g].Gradients, i).copy_(Gradient(1, g, i));
                if (groups[g].IsTraining)
                    parameters.Add(new(zeros(groups[g].Shapes[i])) { grad = Gradient(1, g, i) });
            }
        }

        double expected = nn.utils.clip_grad_norm_(parameters, most), norm = optimizer.GradientNorm();
        Assert.Equal(expected, norm, 1e-6 * expected);
        optimizer.Step(FlatAdamW.ClippingFactor(norm, most));
        // The first moment after one step is a tenth of the gradient as it was clipped.
        AssertClose(Values(parameters[1].grad!.mul(tensor(0.1f))), Values(groups[0].Part(optimizer.Groups[0].FirstMoments, 1)), 1e-7f);
        Assert.Equal(0, optimizer.Groups[1].Steps);
        Assert.All(Values(optimizer.Groups[1].FirstMoments), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_shows_in_the_norm()
    {
        using var scope = NewDisposeScope();
        ParameterGroup[] groups = Groups();
        using var optimizer = new FlatAdamW([.. groups.Select(group => new AdamWGroup(group, OtherRate, 0))], Beta1, Beta2);
        groups[0].Part(groups[0].Gradients, 1)[299, 399] = tensor(float.NaN);
        Assert.True(double.IsNaN(optimizer.GradientNorm()));
    }

    [Fact]
    public void Parameters_begin_at_addresses_of_one_alignment()
    {
        using var scope = NewDisposeScope();
        foreach (ParameterGroup group in Groups())
        {
            long begin = AddressOf(group.Values);
            for (int i = 0; i < group.Shapes.Count; i++)
                Assert.Equal(0, (AddressOf(group.Part(group.Values, i)) - begin) % 64);
        }

        static unsafe long AddressOf(Tensor tensor)
        {
            fixed (byte* address = tensor.bytes)
                return (long)address;
        }
    }

    private static ParameterGroup[] Groups()
    {
        ParameterGroup[] groups = [.. Layout.Select(group => new ParameterGroup(group.IsHead, group.Decays, group.Shapes, CPU))];
        for (int g = 0; g < groups.Length; g++)
        {
            for (int i = 0; i < groups[g].Shapes.Count; i++)
                groups[g].Part(groups[g].Values, i).copy_(Initial(g, i));
        }

        return groups;
    }

    private static float[][][] ByTorchSharp()
    {
        Parameter[][] parameters = [.. Layout.Select((group, g) =>
            group.Shapes.Select((_, i) => new Parameter(Initial(g, i))).ToArray())];
        using var optimizer = new AdamW(Layout.Select((group, g) => new AdamW.ParamGroup(
            parameters[g], lr: group.IsHead ? HeadRate : OtherRate, beta1: Beta1, beta2: Beta2, eps: Epsilon,
            weight_decay: group.Decays ? Decay : 0)));
        using var mode = no_grad();
        for (int step = 1; step <= Steps; step++)
        {
            foreach ((optim.ILearningRateController group, bool isHead) in optimizer.ParamGroups.Zip(Layout.Select(group => group.IsHead)))
                group.LearningRate = (isHead ? HeadRate : OtherRate) * step / Steps;
            for (int g = 0; g < parameters.Length; g++)
            {
                for (int i = 0; i < parameters[g].Length; i++)
                    parameters[g][i].grad = step > FirstSteps || Layout[g].IsHead ? Gradient(step, g, i) : null;
            }

            optimizer.step();
        }

        return [.. parameters.Select(group => group.Select(Values).ToArray())];
    }

    /// <summary>
    /// What a function gives in a time without a garbage collection: during one, TorchSharp's optimizer may compute with numbers that
    /// are freed.
    /// </summary>
    private static T Undisturbed<T>(Func<T> function)
    {
        for (int attempt = 0; attempt < 1000; attempt++)
        {
            int collections = GC.CollectionCount(0);
            try
            {
                T result = function();
                if (GC.CollectionCount(0) == collections)
                    return result;
            }
            catch (ExternalException) when (GC.CollectionCount(0) != collections)
            {
            }
        }

        throw new InvalidOperationException("There was a garbage collection every time.");
    }

    private static void StepByTensors(FlatAdamW optimizer)
    {
        foreach (AdamWGroup group in optimizer.Groups.Where(group => group.Parameters.IsTraining))
        {
            group.Steps++;
            new AdamWStep(group, Beta1, Beta2, Epsilon, gradientFactor: 1).ByTensors();
        }
    }

    private static Tensor Initial(int group, int index) => Random(1000 + 10 * group + index, Layout[group].Shapes[index]);

    private static Tensor Gradient(int step, int group, int index) => Random(100 * step + 10 * group + index, Layout[group].Shapes[index]);

    private static Tensor Random(int seed, long[] shape)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)(2 * random.NextDouble() - 1))];
        return tensor(values, shape);
    }

    private static float[] Values(Tensor tensor) => [.. tensor.contiguous().data<float>()];

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
