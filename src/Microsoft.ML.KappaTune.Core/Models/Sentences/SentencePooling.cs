using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>Makes one vector of the states of a text's tokens.</summary>
internal static class SentencePooling
{
    /// <summary>[B, T, H] to [B, H], in float32. The result belongs to the caller's dispose scope.</summary>
    /// <param name="states">Of the last layer.</param>
    /// <param name="mask">1 for a token, 0 for padding, [B, T].</param>
    public static Tensor Pool(EmbeddingPooling pooling, Tensor states, Tensor mask)
    {
        Tensor values = states.to(ScalarType.Float32);
        if (pooling == EmbeddingPooling.FirstToken)
            return values.select(1, 0);
        if (pooling == EmbeddingPooling.LastToken)
            return TextPositions.LastStates(values, mask);
        Tensor weights = mask.to(ScalarType.Float32).unsqueeze(-1);
        return values.mul(weights).sum([1L]).div(weights.sum([1L]));
    }
}
