namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// A tensor by its name, or a slice of it: one expert's part of a tensor [experts, ...] that stacks the weights of several, some adjacent
/// rows or columns of a matrix that holds several, or both.
/// </summary>
/// <param name="Expert">The expert, from 0; null for all of them, and where there are none.</param>
/// <param name="Part">The rows or columns, of the expert's matrix where there is one; null for all of them.</param>
internal readonly record struct TensorSlice(string Name, int? Expert = null, SlicePart? Part = null)
{
    /// <summary>Whether it is the tensor itself.</summary>
    public bool IsWhole => Expert is null && Part is null;

    /// <summary>The slice's values in its tensor: the tensor itself, or a view that belongs to the caller's dispose scope.</summary>
    public Tensor In(Tensor tensor)
    {
        Tensor matrix = Expert is { } expert ? tensor.select(0, expert) : tensor;
        return Part is { } part ? matrix.narrow(part.Dimension, part.First, part.Count) : matrix;
    }

    /// <summary>
    /// The name, with the expert's number and what the part is called where there are such: <c>mlp.experts.gate_up_proj[3][gate]</c>.
    /// </summary>
    public override string ToString()
    {
        string whole = Expert is { } expert ? FormattableString.Invariant($"{Name}[{expert}]") : Name;
        return Part is { } part ? $"{whole}[{part.Label}]" : whole;
    }
}

/// <summary>Adjacent rows or columns of a matrix, or values of a vector.</summary>
/// <param name="Dimension">0 for rows and for a vector's values, 1 for columns.</param>
/// <param name="First">The first of them, from 0.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Label">What names and messages call them.</param>
internal readonly record struct SlicePart(int Dimension, long First, long Count, string Label)
{
    /// <summary>What is behind the last of them.</summary>
    public long End => First + Count;
}
