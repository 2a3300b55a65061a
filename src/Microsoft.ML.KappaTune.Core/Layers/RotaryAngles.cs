namespace Microsoft.ML.KappaTune.Layers;

/// <summary>The angles of a batch's tokens, one for each pair of a head's values; both tensors are [B, 1, T, head size / 2].</summary>
internal sealed record RotaryAngles(Tensor Cosines, Tensor Sines)
{
    /// <summary>Queries or keys, [B, heads, T, head size], turned.</summary>
    public Tensor Turn(Tensor states)
    {
        using var scope = NewDisposeScope();
        long half = Cosines.shape[^1];
        Tensor first = states.narrow(-1, 0, half), second = states.narrow(-1, half, half);
        return cat([first * Cosines - second * Sines, (second * Cosines).Plus(first * Sines)], -1).MoveToOuterDisposeScope();
    }
}
