using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

// Here, where it comes before the namespace Microsoft.ML.KappaTune.TextEmbedding.
using Embedding = TorchSharp.Modules.Embedding;

/// <summary>
/// A decoder of the Llama kind: a token sees those before it, or the last of them, and itself. Positions are counted from the first place
/// of a batch, padding or not: only distances matter.
/// </summary>
internal sealed class TextDecoder : TransformerStack
{
    private readonly RotaryEmbedding _rotary;
    private readonly Embedding _words;
    private readonly PreNormLayer[] _layers;
    private readonly nn.Module<Tensor, Tensor> _norm;

    /// <summary>A decoder whose parameters are uninitialised.</summary>
    public TextDecoder(DecoderConfig config, ScalarType dtype, Device device) : base(nameof(TextDecoder))
    {
        Config = config;
        var modules = new ModuleTree(this, config.Family.Stack(config), dtype, device);
        _rotary = new RotaryEmbedding(config.HeadSize, config.RotaryBase, config.RotaryScaling);
        _words = modules.Get<Embedding>(ModuleSlot.WordEmbeddings);
        _layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => NewLayer(config, i, _rotary, modules))];
        _norm = modules.Norm(ModuleSlot.LastNorm);
    }

    public DecoderConfig Config { get; }

    public override TransformerConfig Architecture => Config;

    public override int PaddingId => Config.PadTokenId ?? 0;

    public override int StageCount => _layers.Length + 1;

    public override Parameter WordEmbeddings => _words.weight!;

    /// <inheritdoc/>
    /// <remarks>There are no types, so that these are left out, and padding gets a state like any token.</remarks>
    public override Tensor Embed(Tensor ids, Tensor mask, Tensor? types = null)
    {
        // Another shape might be one that broadcasts, and pass unseen.
        long[] shape = ids.shape;
        if (!mask.shape.AsSpan().SequenceEqual(shape))
            throw new ArgumentException($"The mask must have the shape of the ids, [{string.Join(", ", shape)}].", nameof(mask));
        if (shape[1] > Config.MaxTokens)
            throw new ArgumentException($"Texts of {shape[1]} tokens are longer than the model's {Config.MaxTokens}.", nameof(ids));
        using var scope = NewDisposeScope();
        return _words.forward(ids.to(WordEmbeddings.device)).MoveToOuterDisposeScope();
    }

    /// <summary>What keeps attention off the tokens that come after, and off the padding: added to the scores, [B, 1, T, T].</summary>
    public override Tensor AttentionBias(Tensor mask)
    {
        using var scope = NewDisposeScope();
        long length = mask.shape[1];
        ScalarType dtype = WordEmbeddings.dtype;
        Tensor before = ones([length, length], ScalarType.Bool, WordEmbeddings.device).tril();
        if (Config.SlidingWindow is { } window)
            before = before.triu(1L - window);
        Tensor seen = mask.to(ScalarType.Bool, WordEmbeddings.device).view(mask.shape[0], 1, 1, length).logical_and(before);
        return seen.logical_not().to(dtype).TimesInPlace(Unseen(dtype)).MoveToOuterDisposeScope();
    }

    public override Tensor Layer(int index, Tensor hidden, Tensor bias) => _layers[index].Run(hidden, bias, training);

    /// <summary>What the head sees of the last layer's states, [..., H].</summary>
    public Tensor Normalise(Tensor hidden) => _norm.forward(hidden);

    /// <summary>All stages: the states of the last layer, [B, T, H], which aren't normalised yet.</summary>
    public Tensor Decode(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return Run(ids, mask, null, _layers.Length).Hidden.MoveToOuterDisposeScope();
    }

    private static PreNormLayer NewLayer(DecoderConfig config, int layer, RotaryEmbedding rotary, ModuleTree modules) => new()
    {
        AttentionNorm = modules.Norm(ModuleSlot.AttentionNorm, layer),
        Attention = modules.Attention(config, layer, config.KeyValueHeadCount, config.HeadSize, rotary),
        FeedForwardNorm = modules.Norm(ModuleSlot.FeedForwardNorm, layer),
        FeedForward = modules.FeedForward(config.Activation, layer),
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _rotary.Dispose();
        base.Dispose(disposing);
    }
}
