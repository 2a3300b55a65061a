using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>Where rows of several lengths end.</summary>
internal static class FrameMask
{
    public static Tensor Apply(Tensor states, Tensor? mask) => mask is null ? states : states.mul(mask);

    /// <summary>1 for a place of a row, 0 behind its end, [B, T, 1]; null where all are of rows.</summary>
    public static Tensor? Of(int[] counts, long length, ScalarType dtype, Device device) =>
        Array.TrueForAll(counts, count => count == length) ? null
            : Places(counts, length, within: 1, behind: 0, dtype, device).unsqueeze(2);

    /// <summary>Keeps attention off what is behind a row's end, in both directions of time, [B, 1, 1, T].</summary>
    public static Tensor Bias(int[] counts, long length, ScalarType dtype, Device device) =>
        Places(counts, length, within: 0, behind: (float)AttentionInput.Unseen(dtype), dtype, device).view(counts.Length, 1, 1, length);

    private static Tensor Places(int[] counts, long length, float within, float behind, ScalarType dtype, Device device)
    {
        float[] values = new float[counts.Length * length];
        for (long i = 0; i < values.LongLength; i++)
            values[i] = i % length < counts[i / length] ? within : behind;
        return tensor(values, [counts.Length, length]).to(dtype, device);
    }
}
