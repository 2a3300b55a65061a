using System.Numerics.Tensors;

namespace Microsoft.ML.KappaTune.Audio;

/// <summary>
/// Gives sound another rate: each new sample is a weighted sum of the old ones around its place, by a sinc function under a
/// Blackman-Harris window. Up to 7/8 of the lower rate's highest frequency nothing changes by more than 1e-4, and above that frequency
/// less than 1e-4 is left, so that no high tone comes back as a low one.
/// </summary>
internal static class Resampler
{
    // Of the lower rate, to either side of the new one. More make the band narrower in which tones fade, and the work larger.
    private const int SamplesPerSide = 64;

    // The middle of that band, as a share of the lower rate's highest frequency, which is its upper end. The window's transform falls to
    // nothing within four times the rate over the window's length, and that is half of the band.
    private const double Middle = 1 - 4.0 / SamplesPerSide;

    // Weights that are kept, 16 MB; with rates that have hardly a common divisor there would be more, which are then made each time.
    private const long MostKept = 1 << 22;

    /// <summary>The sound at another rate, as long; the same array where it has the rate.</summary>
    public static float[] Resample(float[] samples, int from, int to)
    {
        if (from == to)
            return samples;
        int divisor = GreatestCommonDivisor(from, to);
        // The place of new sample i is i · step / phases, between old ones by one of as many phases.
        long step = from / divisor, phases = to / divisor;
        double band = Math.Min(1, (double)to / from);
        int side = (int)Math.Ceiling(SamplesPerSide / band);
        bool areKept = phases * 2 * side <= MostKept;
        float[]?[] kept = new float[areKept ? phases : 0][];
        float[] made = new float[areKept ? 0 : 2 * side];

        float[] result = new float[(samples.Length * phases + step - 1) / step];
        for (int i = 0; i < result.Length; i++)
        {
            (long place, long phase) = Math.DivRem(i * step, phases);
            float[] weights = areKept ? (kept[phase] ??= Fill(new float[2 * side])) : Fill(made);
            // Before the beginning and after the end there is silence.
            int first = (int)place - side + 1;
            int skipped = Math.Max(0, -first), end = Math.Min(2 * side, samples.Length - first);
            result[i] = TensorPrimitives.Dot<float>(samples.AsSpan(first + skipped, end - skipped), weights.AsSpan(skipped, end - skipped));

            float[] Fill(float[] row)
            {
                FillWeights(row, side, (double)phase / phases, band);
                return row;
            }
        }

        return result;
    }

    /// <summary>What each old sample counts in a new one that lies behind the middle one by a fraction of a sample.</summary>
    private static void FillWeights(float[] weights, int side, double fraction, double band)
    {
        double sum = 0, cutoff = band * Middle;
        double[] values = new double[weights.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double distance = i - side + 1 - fraction, angle = Math.PI * cutoff * distance;
            values[i] = Window(distance / side) * (distance == 0 ? 1 : Math.Sin(angle) / angle);
            sum += values[i];
        }

        // A constant stays what it is.
        for (int i = 0; i < values.Length; i++)
            weights[i] = (float)(values[i] / sum);
    }

    /// <summary>Blackman and Harris's window of four terms, from -1 to 1.</summary>
    private static double Window(double x)
    {
        double cosine = Math.Cos(Math.PI * x), twice = 2 * cosine * cosine - 1, thrice = cosine * (2 * twice - 1);
        return Math.Abs(x) >= 1 ? 0 : 0.35875 + 0.48829 * cosine + 0.14128 * twice + 0.01168 * thrice;
    }

    private static int GreatestCommonDivisor(int x, int y) => y == 0 ? x : GreatestCommonDivisor(y, x % y);
}
