/// <summary>Simple filters of sound, in place: a band of frequencies, and a tilt of the spectrum.</summary>
internal static class Filters
{
    /// <summary>Lets a band through, which falls by 24 dB an octave beyond its ends.</summary>
    public static void Pass(float[] samples, double lowest, double highest)
    {
        // The two halves of a Butterworth filter of the fourth order.
        foreach (double quality in (double[])[0.541, 1.307])
        {
            Run(samples, lowest, quality, isHighPass: true);
            Run(samples, highest, quality, isHighPass: false);
        }
    }

    /// <summary>Makes what is above 1000 Hz louder by some decibels than what is below, or quieter.</summary>
    public static void Tilt(float[] samples, double decibels)
    {
        double factor = Math.Pow(10, decibels / 20), low = 0, share = 1 - Math.Exp(-2 * Math.PI * 1000 / Sound.Rate);
        for (int i = 0; i < samples.Length; i++)
        {
            low += share * (samples[i] - low);
            samples[i] = (float)(low + factor * (samples[i] - low));
        }
    }

    /// <summary>A filter of two poles and two zeros, by the bilinear transform.</summary>
    private static void Run(float[] samples, double frequency, double quality, bool isHighPass)
    {
        double angle = 2 * Math.PI * frequency / Sound.Rate, cos = Math.Cos(angle), alpha = Math.Sin(angle) / (2 * quality);
        double middle = isHighPass ? -(1 + cos) : 1 - cos, a0 = 1 + alpha;
        double b0 = Math.Abs(middle) / 2 / a0, b1 = middle / a0, a1 = -2 * cos / a0, a2 = (1 - alpha) / a0;
        double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double x = samples[i], y = b0 * (x + x2) + b1 * x1 - a1 * y1 - a2 * y2;
            (x2, x1, y2, y1) = (x1, x, y1, y);
            samples[i] = (float)y;
        }
    }
}
