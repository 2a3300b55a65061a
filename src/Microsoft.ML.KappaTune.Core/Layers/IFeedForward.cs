namespace Microsoft.ML.KappaTune.Layers;

/// <summary>What a layer has above its attention: a feed-forward network, or a mixture of them.</summary>
internal interface IFeedForward
{
    /// <summary>[..., H] to [..., H].</summary>
    Tensor Run(Tensor states);
}
