using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>What a decoder has read of one text: it reads each token once. For one thread.</summary>
internal sealed class DecodingState : IDisposable
{
    private KeyValueCache? _cache;

    /// <summary>Reads the next tokens, and gives the logits of what comes after the last of them, one a token of the vocabulary.</summary>
    public float[] Read(CausalLanguageModel model, IReadOnlyList<int> tokens)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _cache ??= model.Decoder.NewCache();
        Tensor ids = tensor(tokens.Select(id => (long)id).ToArray()).unsqueeze(0);
        Tensor mask = ones([1, _cache.Length + tokens.Count], ScalarType.Int64);
        // The head is wide, and only what comes after the last token is asked for.
        Tensor last = model.Decoder.Decode(ids, mask, _cache).narrow(1, tokens.Count - 1, 1);
        return model.Head(last).flatten().to(ScalarType.Float32, CPU).data<float>().ToArray();
    }

    public void Dispose() => _cache?.Dispose();
}
