using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;

/// <summary>
/// The bare products of a fused model's step, by tensors of the same shapes: of every linear layer and convolution forward, and backward
/// for what comes in, where that needs gradients, and for the weight, where it trains; of attention as well.
/// </summary>
internal static class FusedProducts
{
    private const int Kernel = 5;

    /// <param name="lengths">Tokens of each row.</param>
    /// <param name="hears">Whether encoder and projector run.</param>
    /// <param name="trainsAll">Whether all matrices of the decoder train, the head among them; else those of attention.</param>
    public static StepProducts Of(DecoderConfig decoder, FusionConfig fusion, IReadOnlyList<int> lengths, bool hears, bool trainsAll)
    {
        long rows = lengths.Count, longest = lengths.Max(), tokens = rows * longest;
        int layers = decoder.LayerCount;
        var products = new StepProducts();
        long hidden = decoder.HiddenSize, inner = decoder.IntermediateSize, size = decoder.HeadSize;
        products.Linear(layers, tokens, hidden, decoder.HeadCount * size);
        products.Linear(2 * layers, tokens, hidden, decoder.KeyValueHeadCount * size);
        products.Linear(layers, tokens, decoder.HeadCount * size, hidden);
        products.Linear(2 * layers, tokens, hidden, inner, trainsAll);
        products.Linear(layers, tokens, inner, hidden, trainsAll);
        products.Attention(layers, rows * decoder.HeadCount, longest, longest, size);
        products.Linear(1, rows * SpeechShape.Transcript, hidden, decoder.VocabularySize, trainsAll);
        if (!hears)
            return products;
        long places = SpeechShape.Frames.Max(), channels = fusion.EncoderSize;
        for (int i = 0; i < fusion.Convolutions; i++)
        {
            places = (places + 1) / 2;
            products.Linear(1, rows * places, Kernel * (i == 0 ? fusion.FrameSize : channels), channels, comesFromBelow: i > 0);
        }

        products.Linear(fusion.ResidualBlocks, rows * places, Kernel * channels, channels);
        products.Linear(4 * fusion.EncoderLayers, rows * places, channels, channels);
        products.Linear(fusion.EncoderLayers, rows * places, channels, 4 * channels);
        products.Linear(fusion.EncoderLayers, rows * places, 4 * channels, channels);
        products.Attention(fusion.EncoderLayers, rows * fusion.EncoderHeads, places, places, channels / fusion.EncoderHeads);
        long vectors = SpeechShape.Frames.Sum(fusion.VectorCount);
        products.Linear(1, vectors, fusion.StackedVectors * channels, fusion.ProjectorSize);
        products.Linear(1, vectors, fusion.ProjectorSize, fusion.DecoderSize);
        return products;
    }
}
