namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>What GGUF files of Gemma 2 and 3 don't say, because it is so in all models that were released.</summary>
internal static class GgufGemma
{
    /// <summary>Gemma 3's architecture; the other one is Gemma 2's.</summary>
    public const string Third = "gemma3", Second = "gemma2";

    /// <summary>Of so many layers of Gemma 3 the last has no window.</summary>
    public const int Pattern = 6;

    /// <summary>The base of the rotary embeddings of its layers with a window, where a file doesn't name another.</summary>
    public const double WindowBase = 10000;

    // Only the family's largest model has another scale than a head's size gives.
    private const int LayersOfLargestSecond = 46, LayersOfLargestThird = 62;

    /// <summary>What scores are divided by the root of.</summary>
    public static int ScoreDivisor(string architecture, int layers, int hidden, int heads, int headSize) =>
        layers == (architecture == Third ? LayersOfLargestThird : LayersOfLargestSecond) ? hidden / heads : headSize;

    /// <summary>Whether a layer, counted from 0, has a window.</summary>
    public static bool HasWindow(string architecture, int layer) => architecture == Third ? (layer + 1) % Pattern != 0 : layer % 2 == 0;
}
