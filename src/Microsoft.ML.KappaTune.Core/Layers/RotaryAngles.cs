namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// The cosines and sines of a batch's angles, two a pair, [B or 1, 1, T, 2 · pairs]: those of the first values of all pairs, then those of
/// the second ones. The sines of the first values have the sign turned.
/// </summary>
internal sealed record RotaryAngles(Tensor Cosines, Tensor Sines)
{
    /// <summary>Queries or keys, [B, heads, T, head size], of which the first 2 · pairs values are turned.</summary>
    public Tensor Turn(Tensor states)
    {
        using var scope = NewDisposeScope();
        long size = Cosines.shape[^1], rest = states.shape[^1] - size;
        Tensor first = rest > 0 ? states.narrow(-1, 0, size) : states;
        // Beside each value the other one of its pair; few and large operations, whose gradients are few as well.
        Tensor turned = first.mul(Cosines).PlusProductInPlace(first.roll(size / 2, -1), Sines, 1);
        return (rest > 0 ? cat([turned, states.narrow(-1, size, rest)], -1) : turned).MoveToOuterDisposeScope();
    }
}
