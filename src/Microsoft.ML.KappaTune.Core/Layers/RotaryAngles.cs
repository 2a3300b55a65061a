namespace Microsoft.ML.KappaTune.Layers;

/// <summary>The angles of a batch's tokens, one for each pair of a head's values; both tensors are [B, 1, T, pairs].</summary>
internal sealed record RotaryAngles(Tensor Cosines, Tensor Sines)
{
    /// <summary>Queries or keys, [B, heads, T, head size], of which the first 2 · pairs values are turned.</summary>
    public Tensor Turn(Tensor states)
    {
        using var scope = NewDisposeScope();
        long half = Cosines.shape[^1];
        Tensor first = states.narrow(-1, 0, half), second = states.narrow(-1, half, half);
        Tensor[] turned = [first * Cosines - second * Sines, (second * Cosines).Plus(first * Sines)];
        long rest = states.shape[^1] - 2 * half;
        return cat(rest > 0 ? [.. turned, states.narrow(-1, 2 * half, rest)] : turned, -1).MoveToOuterDisposeScope();
    }
}
