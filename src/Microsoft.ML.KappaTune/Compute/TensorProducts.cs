using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Products of stacks of matrices. TorchSharp's <c>matmul</c> ends the process where shapes don't fit or memory runs out; this throws.
/// </summary>
internal static class TensorProducts
{
    /// <summary>[..., m, k] · [..., k, n] to [..., m, n]; both stacks have the same dimensions, 1 or more.</summary>
    public static Tensor Product(this Tensor x, Tensor y)
    {
        if (x.Dimensions == 3)
            return x.bmm(y);
        using var scope = NewDisposeScope();
        Tensor product = x.flatten(0, -3).bmm(y.flatten(0, -3));
        return product.view([.. x.shape[..^1], y.shape[^1]]).MoveToOuterDisposeScope();
    }
}
