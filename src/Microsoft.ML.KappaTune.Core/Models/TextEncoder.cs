using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

// Here, where it comes before the namespace Microsoft.ML.KappaTune.TextEmbedding.
using Embedding = TorchSharp.Modules.Embedding;

/// <summary>An encoder of the BERT kind, in which every token sees all others.</summary>
internal sealed class TextEncoder : TransformerStack
{
    private readonly Embedding _words, _positions;
    private readonly Embedding? _types;
    private readonly nn.Module<Tensor, Tensor> _norm;
    private readonly PostNormLayer[] _layers;

    /// <summary>An encoder whose parameters are uninitialised.</summary>
    public TextEncoder(EncoderConfig config, ScalarType dtype, Device device) : base(nameof(TextEncoder))
    {
        Config = config;
        var modules = new ModuleTree(this, config.Family.Stack(config), dtype, device);
        _words = modules.Get<Embedding>(ModuleSlot.WordEmbeddings);
        _positions = modules.Get<Embedding>(ModuleSlot.PositionEmbeddings);
        _types = modules.Find<Embedding>(ModuleSlot.TypeEmbeddings);
        _norm = modules.Norm(ModuleSlot.EmbeddingNorm);
        _layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => NewLayer(config, i, modules))];
    }

    public EncoderConfig Config { get; }

    public override TransformerConfig Architecture => Config;

    /// <summary>Loads the encoder alone. Its parameters' names have no prefix, as in a base model's checkpoint.</summary>
    /// <exception cref="CheckpointFormatException">The configuration isn't supported, or the tensors don't fit it.</exception>
    public static TextEncoder Load(
        Checkpoint checkpoint, EncoderConfig? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        config ??= EncoderConfig.Read(checkpoint);
        return ModelLoader.Load(
            new TensorMatch(checkpoint, config), [.. config.Parameters([])], () => new TextEncoder(config, dtype, device ?? CPU));
    }

    public override int PaddingId => Config.PadTokenId;

    public override int StageCount => _layers.Length + 1;

    public override Parameter WordEmbeddings => _words.Vectors();

    /// <summary>[positions, H].</summary>
    public Parameter PositionEmbeddings => _positions.Vectors();

    public override double Operations(int tokens) =>
        2.0 * tokens * Config.LayerCount * Config.HiddenSize * (4.0 * Config.HiddenSize + 2.0 * Config.IntermediateSize);

    /// <inheritdoc/>
    /// <remarks>RoBERTa's positions count the tokens that aren't the padding token, as transformers does, whatever the mask says.</remarks>
    public override Tensor Embed(Tensor ids, Tensor mask, Tensor? types)
    {
        // Another shape might be one that broadcasts, and pass unseen.
        long[] shape = ids.shape;
        if (!mask.shape.AsSpan().SequenceEqual(shape) || (types is not null && !types.shape.AsSpan().SequenceEqual(shape)))
            throw new ArgumentException($"Mask and types must have the shape of the ids, [{string.Join(", ", shape)}].", nameof(mask));
        using var scope = NewDisposeScope();
        return EmbedAt(ids, Config.FirstPosition > 0 ? PositionsOf(ids) : null, types).MoveToOuterDisposeScope();
    }

    /// <summary>The first stage at given positions, [B, T]; null for 0, 1, 2, …</summary>
    public Tensor EmbedAt(Tensor ids, Tensor? positions, Tensor? types)
    {
        long length = ids.shape[1];
        if (length > Config.MaxTokens)
            throw new ArgumentException($"Texts of {length} tokens are longer than the model's {Config.MaxTokens}.", nameof(ids));
        using var scope = NewDisposeScope();
        Device device = WordEmbeddings.device;
        Tensor states = _words.forward(ids.to(device));
        states.PlusInPlace(positions is null ? _positions.Vectors().narrow(0, 0, length) : _positions.forward(positions.to(device)));
        // Where there is one type, it is every token's.
        if (_types is not null)
        {
            bool isOne = types is null || Config.TypeVocabularySize == 1;
            states.PlusInPlace(isOne ? _types.Vectors().narrow(0, 0, 1) : _types.forward(types!.to(device)));
        }

        Tensor output = _norm.forward(states);
        if (training && Config.HiddenDropout > 0)
            output = DropoutMask.Apply(output, Config.HiddenDropout);
        return output.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>The bias keeps attention off the padding, [B, 1, 1, T].</remarks>
    public override AttentionInput AttentionOf(Tensor mask)
    {
        using var scope = NewDisposeScope();
        ScalarType dtype = WordEmbeddings.dtype;
        Tensor bias = mask.to(ScalarType.Bool, WordEmbeddings.device).logical_not().to(dtype).TimesInPlace(AttentionInput.Unseen(dtype));
        return new(bias.view(mask.shape[0], 1, 1, mask.shape[1]).MoveToOuterDisposeScope());
    }

    public override Tensor Layer(int index, Tensor hidden, AttentionInput input) => Layer(index, hidden, input, firstOnly: false);

    /// <summary>One of the other stages, counted from 0: [B, T, H] to [B, T, H].</summary>
    /// <param name="input">See <see cref="AttentionOf"/>.</param>
    /// <param name="firstOnly">Give the first token's state only, [B, 1, H]: of the last layer, a classifier needs no more.</param>
    public Tensor Layer(int index, Tensor hidden, AttentionInput input, bool firstOnly)
    {
        // Contiguous: a product with rows that lie apart is computed in one of two ways, by whether the weight requires a gradient
        // (libtorch 2.x), and the two differ in the last bit.
        using Tensor? view = firstOnly ? hidden.narrow(1, 0, 1) : null, first = view?.contiguous();
        return _layers[index].Run(hidden, first ?? hidden, input, training);
    }

    public override Tensor States(Tensor ids, Tensor mask, Tensor? types) => Encode(ids, mask, types);

    /// <summary>All stages: the states of the last layer, [B, T, H], or [B, 1, H] for the first token only.</summary>
    public Tensor Encode(Tensor ids, Tensor mask, Tensor? types, bool firstOnly = false)
    {
        using var scope = NewDisposeScope();
        AttentionInput input = AttentionOf(mask);
        using (Tensor hidden = Run(ids, mask, types, _layers.Length - 1, input))
            return Layer(_layers.Length - 1, hidden, input, firstOnly).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// All stages: the states of the last layer for some tokens only, [B, K, H]. On the others that layer doesn't work; with a sixth of
    /// the tokens wanted, four layers take as long as three and a little.
    /// </summary>
    /// <param name="ids">[B, T].</param>
    /// <param name="mask">[B, T].</param>
    /// <param name="types">[B, T], or null.</param>
    /// <param name="places">The tokens, numbered in the row of all texts: K for each text, [B·K].</param>
    public Tensor EncodeAt(Tensor ids, Tensor mask, Tensor? types, Tensor places)
    {
        using var scope = NewDisposeScope();
        AttentionInput input = AttentionOf(mask);
        Tensor hidden = Run(ids, mask, types, _layers.Length - 1, input);
        Tensor asking = hidden.flatten(0, 1).index_select(0, places).view(hidden.shape[0], -1, hidden.shape[2]);
        return _layers[^1].Run(hidden, asking, input, training).MoveToOuterDisposeScope();
    }

    private static PostNormLayer NewLayer(EncoderConfig config, int layer, ModuleTree modules) => new()
    {
        Attention = modules.Attention(config, layer, config.HeadCount, config.HiddenSize / config.HeadCount),
        AttentionNorm = modules.Norm(ModuleSlot.AttentionNorm, layer),
        FeedForward = modules.FeedForward(config.Activation, layer),
        FeedForwardNorm = modules.Norm(ModuleSlot.FeedForwardNorm, layer),
        Dropout = config.HiddenDropout,
    };

    /// <summary>After the padding token's number; padding itself is at that number.</summary>
    private Tensor PositionsOf(Tensor ids)
    {
        Tensor real = ids.IsEqualTo(Config.PadTokenId).logical_not().to(ScalarType.Int64);
        return real.cumsum(1).mul_(real).PlusInPlace(Config.PadTokenId);
    }
}
