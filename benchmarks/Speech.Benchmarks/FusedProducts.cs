using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using TorchSharp;
using static TorchSharp.torch;

/// <summary>
/// The bare products of a fused model's step, by tensors of the same shapes: of every linear layer and convolution forward, and backward
/// for what comes in, where that needs gradients, and for the weight, where it trains; of attention as well.
/// </summary>
internal sealed class FusedProducts : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<(int Times, Action Product)> _products = [];

    /// <param name="lengths">Tokens of each row.</param>
    /// <param name="hears">Whether encoder and projector run.</param>
    /// <param name="trainsAll">Whether all matrices of the decoder train, the head among them; else those of attention.</param>
    public FusedProducts(DecoderConfig decoder, FusionConfig fusion, IReadOnlyList<int> lengths, bool hears, bool trainsAll)
    {
        long rows = lengths.Count, longest = lengths.Max(), tokens = rows * longest;
        int layers = decoder.LayerCount;
        long hidden = decoder.HiddenSize, inner = decoder.IntermediateSize, size = decoder.HeadSize;
        Linear(layers, tokens, hidden, decoder.HeadCount * size, trains: true);
        Linear(2 * layers, tokens, hidden, decoder.KeyValueHeadCount * size, trains: true);
        Linear(layers, tokens, decoder.HeadCount * size, hidden, trains: true);
        Linear(2 * layers, tokens, hidden, inner, trainsAll);
        Linear(layers, tokens, inner, hidden, trainsAll);
        Attention(layers, rows * decoder.HeadCount, longest, size);
        Linear(1, rows * SpeechShape.Transcript, hidden, decoder.VocabularySize, trainsAll);
        if (!hears)
            return;
        const int Kernel = 5;
        long places = SpeechShape.Frames.Max(), channels = fusion.EncoderSize;
        for (int i = 0; i < fusion.Convolutions; i++)
        {
            places = (places + 1) / 2;
            Linear(1, rows * places, Kernel * (i == 0 ? fusion.FrameSize : channels), channels, trains: true, comesFromBelow: i > 0);
        }

        Linear(fusion.ResidualBlocks, rows * places, Kernel * channels, channels, trains: true);
        Linear(4 * fusion.EncoderLayers, rows * places, channels, channels, trains: true);
        Linear(fusion.EncoderLayers, rows * places, channels, 4 * channels, trains: true);
        Linear(fusion.EncoderLayers, rows * places, 4 * channels, channels, trains: true);
        Attention(fusion.EncoderLayers, rows * fusion.EncoderHeads, places, channels / fusion.EncoderHeads);
        long vectors = SpeechShape.Frames.Sum(fusion.VectorCount);
        Linear(1, vectors, fusion.StackedVectors * channels, fusion.ProjectorSize, trains: true);
        Linear(1, vectors, fusion.ProjectorSize, fusion.DecoderSize, trains: true);
    }

    /// <summary>All of them, one after the other.</summary>
    public void Run()
    {
        using var mode = no_grad();
        foreach ((int times, Action product) in _products)
        {
            for (int i = 0; i < times; i++)
            {
                using var scope = NewDisposeScope();
                product();
            }
        }
    }

    public void Dispose() => _scope.Dispose();

    private void Linear(int times, long rows, long inputs, long outputs, bool trains, bool comesFromBelow = true)
    {
        Tensor x = rand(rows, inputs), weight = rand(outputs, inputs), gradient = rand(rows, outputs);
        _products.Add((times, () =>
        {
            x.mm(weight.t());
            if (comesFromBelow)
                gradient.mm(weight);
            if (trains)
                gradient.t().mm(x);
        }
        ));
    }

    private void Attention(int times, long stacks, long tokens, long size)
    {
        Tensor query = rand(stacks, tokens, size), key = rand(stacks, tokens, size), scores = rand(stacks, tokens, tokens);
        _products.Add((times, () =>
        {
            // Scores and what they weight; then for each the gradients of both sides.
            query.bmm(key.transpose(1, 2));
            scores.bmm(key);
            scores.bmm(key);
            scores.transpose(1, 2).bmm(query);
            query.bmm(key.transpose(1, 2));
            scores.transpose(1, 2).bmm(query);
        }
        ));
    }
}
