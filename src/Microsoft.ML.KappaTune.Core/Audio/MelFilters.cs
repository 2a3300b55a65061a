namespace Microsoft.ML.KappaTune.Audio;

/// <summary>
/// The bands of pitch: triangles over the frequencies of a Fourier transform, whose corners are the middles of their neighbours, at equal
/// distances in mel.
/// </summary>
internal static class MelFilters
{
    // Slaney's scale: 15 mel at 1000 Hz, and from there 27 mel for each factor of 6.4.
    private const double Break = 1000, MelAtBreak = 15;

    private static readonly double MelPerFactor = 27 / Math.Log(6.4);

    /// <summary>What each frequency counts in each band, [Transform / 2 + 1, Bands].</summary>
    public static float[] Create(LogMelOptions options)
    {
        int frequencies = options.Transform / 2 + 1, bands = options.Bands;
        double lowest = ToMel(options.LowestFrequency, options.Scale), highest = ToMel(options.Highest, options.Scale);
        double[] corners = new double[bands + 2];
        for (int i = 0; i < corners.Length; i++)
            corners[i] = ToFrequency(lowest + i * (highest - lowest) / (bands + 1), options.Scale);

        float[] filters = new float[frequencies * bands];
        for (int i = 0; i < frequencies; i++)
        {
            double frequency = (double)i * options.SampleRate / options.Transform;
            for (int band = 0; band < bands; band++)
            {
                double up = (frequency - corners[band]) / (corners[band + 1] - corners[band]);
                double down = (corners[band + 2] - frequency) / (corners[band + 2] - corners[band + 1]);
                double height = options.EqualArea ? 2 / (corners[band + 2] - corners[band]) : 1;
                filters[i * bands + band] = (float)(height * Math.Max(0, Math.Min(up, down)));
            }
        }

        return filters;
    }

    /// <summary>The first band that no frequency is in, which would be silent for every sound; null where there is none.</summary>
    public static int? FirstEmpty(LogMelOptions options)
    {
        float[] filters = Create(options);
        for (int band = 0; band < options.Bands; band++)
        {
            int first = band;
            while (first < filters.Length && filters[first] == 0)
                first += options.Bands;
            if (first >= filters.Length)
                return band;
        }

        return null;
    }

    internal static double ToMel(double frequency, MelScale scale) => scale switch
    {
        MelScale.Htk => 2595 * Math.Log10(1 + frequency / 700),
        _ when frequency < Break => frequency * MelAtBreak / Break,
        _ => MelAtBreak + MelPerFactor * Math.Log(frequency / Break),
    };

    internal static double ToFrequency(double mel, MelScale scale) => scale switch
    {
        MelScale.Htk => 700 * (Math.Pow(10, mel / 2595) - 1),
        _ when mel < MelAtBreak => mel * Break / MelAtBreak,
        _ => Break * Math.Exp((mel - MelAtBreak) / MelPerFactor),
    };
}
