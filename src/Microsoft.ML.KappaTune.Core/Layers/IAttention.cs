namespace Microsoft.ML.KappaTune.Layers;

/// <summary>What lets the tokens of a layer look at each other.</summary>
internal interface IAttention
{
    /// <summary>[B, K, H] and [B, T, H] to [B, K, H].</summary>
    /// <param name="asking">The states of the tokens that attend: the same tensor for all.</param>
    /// <param name="hidden">The states of the tokens that are attended to.</param>
    /// <param name="input">What is known of the batch.</param>
    /// <param name="cache">The layer's keys and values of the tokens before these, which are attended to as well; null for none.</param>
    /// <param name="training">Whether dropout is active.</param>
    Tensor Run(Tensor asking, Tensor hidden, AttentionInput input, KeyValueCache.LayerCache? cache, bool training);
}
