using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

// Here, where it comes before the namespace Microsoft.ML.KappaTune.TextEmbedding.
using Embedding = TorchSharp.Modules.Embedding;

/// <summary>
/// A decoder of the Llama kind: a token sees those before it in its text, or the last of them, and itself. In its masks, [B, T], padding
/// is 0 and a token has the number of its text in the row, 1, 2, …, so that several short texts may share a row without seeing each other.
/// </summary>
internal sealed class TextDecoder : TransformerStack
{
    private readonly Embedding _words;

    // Positions are in the states, by vectors of their own, or turn queries and keys.
    private readonly Embedding? _positions;
    private readonly RotaryEmbedding? _rotary, _windowRotary;
    private readonly PreNormLayer[] _layers;
    private readonly nn.Module<Tensor, Tensor> _norm;
    private readonly long _layerWeights;

    /// <summary>A decoder whose parameters are uninitialised.</summary>
    /// <param name="packed">Names of weights that stay codes, with the family's prefix; null for none.</param>
    public TextDecoder(DecoderConfig config, ScalarType dtype, Device device, IReadOnlySet<string>? packed = null)
        : base(nameof(TextDecoder))
    {
        Config = config;
        var modules = new ModuleTree(this, config.Family.Stack(config), dtype, device, packed, $"{config.Names.Prefix}.");
        _words = modules.Get<Embedding>(ModuleSlot.WordEmbeddings);
        _positions = modules.Find<Embedding>(ModuleSlot.PositionEmbeddings);
        if (_positions is null)
        {
            int size = config.RotatedSize ?? config.HeadSize;
            _rotary = new RotaryEmbedding(size, new(config.RotaryBase, config.RotaryScaling));
            _windowRotary = config.WindowRotation is { } rotation ? new RotaryEmbedding(size, rotation) : _rotary;
        }

        _layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => NewLayer(config, i, modules))];
        _norm = modules.Norm(ModuleSlot.LastNorm);
        _layerWeights = config.Parameters([]).Where(plan => !Architecture.Names.IsEmbedding(plan.Name))
            .Sum(plan => plan.Shape.Aggregate(1L, (count, size) => count * size));
    }

    public DecoderConfig Config { get; }

    /// <summary>Loads the decoder alone. Its parameters' names have no prefix, as in a base model's checkpoint.</summary>
    /// <exception cref="CheckpointFormatException">The configuration isn't supported, or the tensors don't fit it.</exception>
    public static TextDecoder Load(
        Checkpoint checkpoint, DecoderConfig? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        config ??= DecoderConfig.Read(checkpoint);
        return ModelLoader.Load(
            new TensorMatch(checkpoint, config), [.. config.Parameters([])], () => new TextDecoder(config, dtype, device ?? CPU));
    }

    public override TransformerConfig Architecture => Config;

    public override int PaddingId => Config.PadTokenId ?? 0;

    public override int StageCount => _layers.Length + 1;

    public override Parameter WordEmbeddings => _words.Vectors();

    /// <inheritdoc/>
    /// <remarks>As if all experts computed for every token.</remarks>
    public override double Operations(int tokens) => 2.0 * tokens * _layerWeights;

    /// <inheritdoc/>
    /// <remarks>
    /// There are no types, so that these are left out, and padding gets a state like any token. With a cache the mask is also of the tokens
    /// before these.
    /// </remarks>
    public override Tensor Embed(Tensor ids, Tensor mask, Tensor? types = null) => EmbedWith(ids, mask, given: null);

    /// <summary>The same, with vectors instead of some tokens' embeddings, which are then as if the tokens had them.</summary>
    /// <param name="given">The vectors; null for none.</param>
    public Tensor EmbedWith(Tensor ids, Tensor mask, InputVectors? given)
    {
        // Another shape might be one that broadcasts, and pass unseen.
        long[] shape = ids.shape;
        if (mask.shape.Length != 2 || mask.shape[0] != shape[0] || mask.shape[1] < shape[1])
            throw new ArgumentException($"The mask must have the shape of the ids, [{string.Join(", ", shape)}].", nameof(mask));
        if (mask.shape[1] > Config.MaxTokens)
            throw new ArgumentException($"Texts of {mask.shape[1]} tokens are longer than the model's {Config.MaxTokens}.", nameof(ids));
        using var scope = NewDisposeScope();
        (ScalarType dtype, Device device) = (WordEmbeddings.dtype, WordEmbeddings.device);
        Tensor states = _words.forward(ids.to(device));
        if (Config.ScalesEmbeddings)
            states = states.mul(tensor(new[] { Math.Sqrt(Config.HiddenSize) }).to(dtype, device));
        if (given is not null)
            states = given.In(states);
        if (_positions is not null)
        {
            long past = mask.shape[1] - shape[1];
            states = states.PlusInPlace(_positions.forward(TextPositions.Of(mask.to(device)).narrow(1, past, shape[1])));
        }

        if (training && Config.EmbeddingDropout > 0)
            states = DropoutMask.Apply(states, Config.EmbeddingDropout, inPlace: true);
        return states.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The bias keeps attention off the tokens that come after, off other texts and off padding, [B, 1, T, T]. There is none where rows
    /// begin with their only text: then the tokens that come after are all that one may not see, padding among them.
    /// </remarks>
    public override AttentionInput AttentionOf(Tensor mask) => AttentionOf(mask, cache: null);

    /// <summary>The same for tokens that come after others: the mask is of all of them, and the bias [B, 1, K, T] for K new ones.</summary>
    public AttentionInput AttentionOf(Tensor mask, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        (ScalarType dtype, Device device) = (WordEmbeddings.dtype, WordEmbeddings.device);
        long length = mask.shape[1], past = cache?.Length ?? 0, asking = length - past;
        bool isAtBegin = TextPositions.AreAtBegin(mask);
        Tensor texts = mask.to(ScalarType.Int64, device);
        bool hasWindows = Config.SlidingWindow is not null, isMixed = hasWindows && Config.WindowLayers is not null;
        AttentionInput input = Input(hasWindows && !isMixed);
        return isMixed ? input with { Window = Input(hasWindow: true) } : input;

        AttentionInput Input(bool hasWindow)
        {
            bool isCausal = isAtBegin && (!hasWindow || length <= Config.SlidingWindow);
            RotaryAngles? angles = (hasWindow ? _windowRotary : _rotary)?.Angles(texts, past, dtype, isAtBegin);
            return new(isCausal ? null : Bias(hasWindow).MoveToOuterDisposeScope())
            {
                Angles = angles is null ? null
                    : new(angles.Cosines.MoveToOuterDisposeScope(), angles.Sines.MoveToOuterDisposeScope()),
                Cache = cache,
            };
        }

        // [B or 1, 1, K, T].
        Tensor Bias(bool hasWindow)
        {
            using var inner = NewDisposeScope();
            Tensor seen = ones([1, asking, length], ScalarType.Bool, device).tril(past);
            if (hasWindow)
                seen = seen.triu(1L + past - Config.SlidingWindow!.Value);
            if (!isAtBegin)
                seen = seen.logical_and(TextPositions.AreTogether(texts.unsqueeze(1), texts.narrow(1, past, asking).unsqueeze(2)));
            return seen.logical_not().to(dtype).TimesInPlace(AttentionInput.Unseen(dtype)).unsqueeze(1).MoveToOuterDisposeScope();
        }
    }

    public override Tensor Layer(int index, Tensor hidden, AttentionInput input) => _layers[index].Run(
        hidden, (Config.HasWindow(index) ? input.Window : null) ?? input, input.Cache?[index], training);

    /// <summary>What the head sees of the last layer's states, [..., H].</summary>
    public Tensor Normalise(Tensor hidden) => _norm.forward(hidden);

    /// <inheritdoc/>
    /// <remarks>There are no types, so that these are left out.</remarks>
    public override Tensor States(Tensor ids, Tensor mask, Tensor? types)
    {
        using Tensor hidden = Decode(ids, mask);
        return Normalise(hidden);
    }

    /// <summary>An empty cache for a batch that is read piece by piece, without gradients.</summary>
    public KeyValueCache NewCache() => new(_layers.Length);

    /// <summary>All stages: the states of the last layer, [B, K, H], which aren't normalised yet.</summary>
    /// <param name="ids">[B, K].</param>
    /// <param name="mask">[B, T]: of these tokens, and with a cache of those before them.</param>
    /// <param name="cache">What was kept of the T − K tokens before, to which these are added; null for none.</param>
    /// <param name="given">Vectors instead of some of these tokens' embeddings; null for none.</param>
    public Tensor Decode(Tensor ids, Tensor mask, KeyValueCache? cache = null, InputVectors? given = null)
    {
        using var scope = NewDisposeScope();
        if (mask.shape[^1] != ids.shape[^1] + (cache?.Length ?? 0))
            throw new ArgumentException("The mask must be as long as the tokens that were read and these.", nameof(mask));
        Tensor hidden = EmbedWith(ids, mask, given);
        if (cache is not null && DependsOnLength)
        {
            // Texts that are so long now that they have other angles are read again.
            Tensor all = cache.AddInputs(hidden), texts = mask.to(ScalarType.Int64);
            if (_rotary!.IsChangedAfter(texts, cache.Length) || _windowRotary!.IsChangedAfter(texts, cache.Length))
            {
                cache.Clear();
                hidden = all;
            }
        }

        (long asked, long read) = (ids.shape[1], hidden.shape[1]);
        hidden = Run(hidden, _layers.Length, AttentionOf(mask, cache));
        cache?.Advance(read);
        return (read > asked ? hidden.narrow(1, read - asked, asked) : hidden).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a text's length decides how all its tokens are turned.</summary>
    public bool DependsOnLength => _rotary?.DependsOnLength == true || _windowRotary?.DependsOnLength == true;

    private static PreNormLayer NewLayer(DecoderConfig config, int layer, ModuleTree modules) => new()
    {
        AttentionNorm = modules.Norm(ModuleSlot.AttentionNorm, layer),
        Attention = config.Latent is { } latent ? modules.LatentAttention(config, latent, layer)
            : modules.Attention(config, layer, config.KeyValueHeadCount, config.HeadSize),
        AttentionOutputNorm = modules.Find<nn.Module<Tensor, Tensor>>(ModuleSlot.AttentionOutputNorm, layer),
        FeedForwardNorm = modules.Norm(ModuleSlot.FeedForwardNorm, layer),
        FeedForwardOutputNorm = modules.Find<nn.Module<Tensor, Tensor>>(ModuleSlot.FeedForwardOutputNorm, layer),
        Dropout = config.HiddenDropout,
        FeedForward = (IFeedForward?)modules.Experts(config, layer) ?? modules.FeedForward(config.Activation, layer),
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rotary?.Dispose();
            if (_windowRotary != _rotary)
                _windowRotary?.Dispose();
        }

        base.Dispose(disposing);
    }
}
