using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.KappaTune.Training.Optimization;

/// <summary>
/// One group's step, whose number is counted already: with moments m and v of the gradient g and bias corrections c₁ and c₂,
/// w ← (1 − rate · decay) · w − rate/c₁ · m / (√v / √c₂ + ε).
/// </summary>
internal sealed class AdamWStep(AdamWGroup group, double beta1, double beta2, double epsilon, double gradientFactor)
{
    private readonly double _kept = 1 - group.LearningRate * group.WeightDecay;
    private readonly double _size = group.LearningRate / (1 - Math.Pow(beta1, group.Steps));
    private readonly double _rootOfCorrection = Math.Sqrt(1 - Math.Pow(beta2, group.Steps));

    /// <summary>By tensor operations, on any device.</summary>
    public void ByTensors()
    {
        using var scope = NewDisposeScope();
        (Tensor weights, Tensor gradients) = (group.Parameters.Values, group.Parameters.Gradients);
        if (gradientFactor < 1)
            gradients = gradients.Times(gradientFactor);
        group.FirstMoments.TimesInPlace(beta1).PlusInPlace(gradients, 1 - beta1);
        group.SecondMoments.TimesInPlace(beta2).PlusProductInPlace(gradients, gradients, 1 - beta2);
        Tensor divisors = group.SecondMoments.sqrt().DividedByInPlace(_rootOfCorrection).PlusInPlace(epsilon);
        weights.TimesInPlace(_kept).PlusQuotientInPlace(group.FirstMoments, divisors, -_size);
    }

    /// <summary>
    /// On the CPU, where the operations above would go through memory twenty times: all at once, so that every value is read and written
    /// once.
    /// </summary>
    public unsafe void OnCpu()
    {
        float* weights = FlatPass.AddressOf(group.Parameters.Values), gradients = FlatPass.AddressOf(group.Parameters.Gradients);
        float* firsts = FlatPass.AddressOf(group.FirstMoments), seconds = FlatPass.AddressOf(group.SecondMoments);
        FlatPass.Run(group.Parameters.Values.NumberOfElements, (_, begin, length) => Update(
            new(weights + begin, length), new(gradients + begin, length), new(firsts + begin, length), new(seconds + begin, length)));
        GC.KeepAlive(group);
    }

    // Optimised from the first call on: in a first pass without, vectors would cost more than they save.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> firsts, Span<float> seconds)
    {
        float factor = (float)gradientFactor, decay1 = (float)beta1, rest1 = (float)(1 - beta1), decay2 = (float)beta2;
        float rest2 = (float)(1 - beta2), kept = (float)_kept, size = (float)_size, root = (float)_rootOfCorrection, least = (float)epsilon;
        int i = 0;
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> gradient = new Vector<float>(gradients[i..]) * factor;
            Vector<float> first = new Vector<float>(firsts[i..]) * decay1 + gradient * rest1;
            Vector<float> second = new Vector<float>(seconds[i..]) * decay2 + gradient * gradient * rest2;
            first.CopyTo(firsts[i..]);
            second.CopyTo(seconds[i..]);
            Vector<float> divisor = Vector.SquareRoot(second) / new Vector<float>(root) + new Vector<float>(least);
            (new Vector<float>(weights[i..]) * kept - first * size / divisor).CopyTo(weights[i..]);
        }

        for (; i < weights.Length; i++)
        {
            float gradient = gradients[i] * factor;
            firsts[i] = firsts[i] * decay1 + gradient * rest1;
            seconds[i] = seconds[i] * decay2 + gradient * gradient * rest2;
            weights[i] = weights[i] * kept - firsts[i] * size / (MathF.Sqrt(seconds[i]) / root + least);
        }
    }
}
