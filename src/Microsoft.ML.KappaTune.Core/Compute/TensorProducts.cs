namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Products of stacks of matrices. TorchSharp's <c>matmul</c> ends the process where shapes don't fit or memory runs out; this throws.
/// </summary>
internal static class TensorProducts
{
    /// <summary>[..., m, k] · [..., k, n] to [..., m, n]; both have the same dimensions before these.</summary>
    public static Tensor Product(this Tensor x, Tensor y)
    {
        if (x.Dimensions <= 3)
            return x.Dimensions == 2 ? x.mm(y) : x.bmm(y);
        using var scope = NewDisposeScope();
        Tensor product = x.flatten(0, -3).bmm(y.flatten(0, -3));
        return product.view([.. x.shape[..^1], y.shape[^1]]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// [m, n] · [n, k] for a few vectors, or stacks of both. It is computed as (vectorsᵀ · matrixᵀ)ᵀ, for which the processor's libraries
    /// are several times as fast. The result is stored by columns, and vectors that are stored so are fastest.
    /// </summary>
    public static Tensor TimesFew(this Tensor matrix, Tensor vectors) =>
        vectors.transpose(-2, -1).Product(matrix.transpose(-2, -1)).transpose(-2, -1);
}
