using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>Products of feature vectors with weights, and softmax. Features are float32; sums are float64.</summary>
internal static class Linear
{
    public static double Dot(in VBuffer<float> features, ReadOnlySpan<float> weights)
    {
        double sum = 0;
        ReadOnlySpan<float> values = features.GetValues();
        ReadOnlySpan<int> indices = features.GetIndices();
        for (int i = 0; i < values.Length; i++)
            sum += (double)values[i] * weights[features.IsDense ? i : indices[i]];
        return sum;
    }

    public static double Dot(in VBuffer<float> features, ReadOnlySpan<double> weights)
    {
        ReadOnlySpan<float> values = features.GetValues();
        double sum = 0;
        int i = 0;
        if (features.IsDense)
        {
            Vector<double> low = default, high = default;
            for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(values[i..]), out Vector<double> first, out Vector<double> second);
                low += first * new Vector<double>(weights[i..]);
                high += second * new Vector<double>(weights[(i + Vector<double>.Count)..]);
            }

            sum = Vector.Sum(low + high);
        }

        ReadOnlySpan<int> indices = features.GetIndices();
        for (; i < values.Length; i++)
            sum += values[i] * weights[features.IsDense ? i : indices[i]];
        return sum;
    }

    /// <summary>Adds <paramref name="factor"/> times the features to <paramref name="target"/>.</summary>
    public static void AddScaled(in VBuffer<float> features, double factor, Span<double> target)
    {
        ReadOnlySpan<float> values = features.GetValues();
        int i = 0;
        if (features.IsDense)
        {
            var factors = new Vector<double>(factor);
            for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(values[i..]), out Vector<double> first, out Vector<double> second);
                Span<double> low = target[i..], high = target[(i + Vector<double>.Count)..];
                (new Vector<double>(low) + factors * first).CopyTo(low);
                (new Vector<double>(high) + factors * second).CopyTo(high);
            }
        }

        ReadOnlySpan<int> indices = features.GetIndices();
        for (; i < values.Length; i++)
            target[features.IsDense ? i : indices[i]] += factor * values[i];
    }

    /// <summary>Turns logits into probabilities, in place; returns the logarithm of the sum of their exponentials.</summary>
    public static double Softmax(Span<double> logits)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (double logit in logits)
            max = Math.Max(max, logit); // NaN wins, so that it doesn't go unseen
        foreach (ref double logit in logits)
            sum += logit = Math.Exp(logit - max);
        foreach (ref double logit in logits)
            logit /= sum;
        return max + Math.Log(sum);
    }
}
