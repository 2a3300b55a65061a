using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>What a decoder has read of one text. For one thread.</summary>
internal sealed class DecodingState
{
    private readonly List<long> _ids = [];

    /// <summary>Reads the next tokens, and gives the logits of what comes after the last of them, one a token of the vocabulary.</summary>
    public float[] Read(CausalLanguageModel model, IReadOnlyList<int> tokens)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _ids.AddRange(tokens.Select(id => (long)id));
        Tensor ids = tensor(_ids.ToArray()).unsqueeze(0);
        Tensor last = model.Decoder.Decode(ids, ones_like(ids)).narrow(1, ids.shape[1] - 1, 1);
        return model.Head(last).flatten().to(ScalarType.Float32, CPU).data<float>().ToArray();
    }
}
