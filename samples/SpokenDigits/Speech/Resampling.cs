/// <summary>Other rates of sound, by sinc functions under a Hann window, which let nothing through that the new rate can't hold.</summary>
internal static class Resampling
{
    // Zeros of the sinc function on each side, and points of the table between two of them.
    private const int Zeros = 12, Points = 256;

    private static readonly float[] Table = [.. Enumerable.Range(0, Zeros * Points + 2).Select(i => Kernel((double)i / Points))];

    /// <param name="samples">The sound.</param>
    /// <param name="step">How many of its samples go by in one of the result's: 2 for twice the speed, or half the rate.</param>
    public static float[] Resample(float[] samples, double step)
    {
        if (step == 1)
            return samples;
        double cutoff = Math.Min(1, 1 / step), reach = Zeros / cutoff;
        float[] result = new float[(int)(samples.Length / step)];
        for (int i = 0; i < result.Length; i++)
        {
            double at = i * step, sum = 0;
            int last = Math.Min(samples.Length - 1, (int)(at + reach));
            for (int j = Math.Max(0, (int)Math.Ceiling(at - reach)); j <= last; j++)
                sum += samples[j] * Look(Math.Abs(at - j) * cutoff);
            result[i] = (float)(sum * cutoff);
        }

        return result;
    }

    private static double Look(double x)
    {
        double place = x * Points;
        int below = (int)place;
        return Table[below] + (place - below) * (Table[below + 1] - Table[below]);
    }

    private static float Kernel(double x)
    {
        if (x >= Zeros)
            return 0;
        double window = 0.5 + 0.5 * Math.Cos(Math.PI * x / Zeros);
        return (float)(x == 0 ? 1 : window * Math.Sin(Math.PI * x) / (Math.PI * x));
    }
}
