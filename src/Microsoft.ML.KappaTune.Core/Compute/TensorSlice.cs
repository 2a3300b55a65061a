namespace Microsoft.ML.KappaTune.Compute;

/// <summary>A tensor by its name, or one expert's part of a tensor [experts, ...] that stacks the weights of several.</summary>
/// <param name="Expert">The expert, from 0; null for the whole tensor.</param>
internal readonly record struct TensorSlice(string Name, int? Expert = null)
{
    /// <summary>The slice's values in its tensor: the tensor itself, or a view that belongs to the caller's dispose scope.</summary>
    public Tensor In(Tensor tensor) => Expert is { } expert ? tensor.select(0, expert) : tensor;

    /// <summary>The name, with the expert's number where there is one: <c>mlp.experts.down_proj[3]</c>.</summary>
    public override string ToString() => Expert is { } expert ? FormattableString.Invariant($"{Name}[{expert}]") : Name;
}
