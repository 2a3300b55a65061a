namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Seeds for all that is random in a run. Each follows from the run's seed and the step where it is needed, not from what was drawn before:
/// a run that goes on at step 1000 draws what it would have drawn there.
/// </summary>
internal static class RandomSeeds
{
    public static int ForHead(int seed) => (int)Mix(seed, 1, 0);

    public static int ForValidation(int seed) => (int)Mix(seed, 2, 0);

    public static int ForOrder(int seed, int epoch) => (int)Mix(seed, 3, epoch);

    public static long ForDropout(int seed, int step) => (long)(Mix(seed, 4, step) >> 1);

    public static int ForAdapters(int seed) => (int)Mix(seed, 5, 0);

    public static int ForWeights(int seed) => (int)Mix(seed, 6, 0);

    public static int ForLength(int seed, int step) => (int)Mix(seed, 7, step);

    public static int ForMasks(int seed, int step) => (int)Mix(seed, 8, step);

    /// <summary>The point, from 0 up to but not 1, at which the number-th token of a text is drawn.</summary>
    public static double ForToken(int seed, int number) => (Mix(seed, 9, number) >> 11) * (1.0 / (1L << 53));

    /// <summary>SplitMix64 (Steele, Lea and Flood, 2014): neighbouring inputs give unrelated outputs.</summary>
    private static ulong Mix(int seed, uint purpose, int number)
    {
        ulong z = ((ulong)(uint)seed << 32 | (uint)number) + purpose * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
