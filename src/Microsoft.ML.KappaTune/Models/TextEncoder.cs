using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

// Here, where it comes before the namespace Microsoft.ML.KappaTune.Embedding.
using Embedding = TorchSharp.Modules.Embedding;

/// <summary>
/// An encoder of the BERT kind: token ids to a state for every token. Its parameters have the names of a base model's checkpoint;
/// a model with a head has them below the family's prefix. Dropout is active in training mode only. Results belong to the caller's
/// dispose scope, and nothing else is left behind. Any number of threads may run it in evaluation mode.
/// </summary>
internal sealed class TextEncoder : nn.Module
{
    private readonly Embedding _words, _positions;
    private readonly Embedding? _types;
    private readonly LayerNorm _norm;
    private readonly EncoderLayer[] _layers;

    /// <summary>An encoder whose parameters are uninitialised.</summary>
    public TextEncoder(EncoderConfig config, ScalarType dtype, Device device)
        : base(nameof(TextEncoder))
    {
        Config = config;
        Dictionary<string, nn.Module> modules = ModuleTree.Grow(this, ModelLayout.Encoder(config), dtype, device);
        _words = (Embedding)modules["embeddings.word_embeddings"];
        _positions = (Embedding)modules["embeddings.position_embeddings"];
        _types = (Embedding?)modules.GetValueOrDefault("embeddings.token_type_embeddings");
        _norm = (LayerNorm)modules["embeddings.LayerNorm"];
        _layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => new EncoderLayer(config, i, modules))];
    }

    public EncoderConfig Config { get; }

    /// <summary>The embeddings, then every layer.</summary>
    public int StageCount => _layers.Length + 1;

    /// <summary>[vocabulary, H].</summary>
    public Parameter WordEmbeddings => _words.weight!;

    /// <summary>The first stage: token ids, mask (1 for a token, 0 for padding) and types, all [B, T] integers, to [B, T, H].</summary>
    /// <remarks>RoBERTa's positions count the tokens that aren't the padding token, as transformers does, whatever the mask says.</remarks>
    public Tensor Embed(Tensor ids, Tensor mask, Tensor? types)
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
        states.add_(positions is null ? _positions.weight!.narrow(0, 0, length) : _positions.forward(positions.to(device)));
        // Where there is one type, it is every token's.
        if (_types is not null)
        {
            bool isOne = types is null || Config.TypeVocabularySize == 1;
            states.add_(isOne ? _types.weight!.narrow(0, 0, 1) : _types.forward(types!.to(device)));
        }

        Tensor output = _norm.forward(states);
        if (training && Config.HiddenDropout > 0)
            output = DropoutMask.Apply(output, Config.HiddenDropout);
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>What keeps attention off the padding: added to the scores, [B, 1, 1, T]. One serves all layers.</summary>
    public Tensor AttentionBias(Tensor mask)
    {
        using var scope = NewDisposeScope();
        ScalarType dtype = WordEmbeddings.dtype;
        // So far below every score that exp gives 0, and far enough from overflow for a score to be added.
        double padding = dtype == ScalarType.Float16 ? -3e4 : -1e9;
        Tensor bias = mask.to(WordEmbeddings.device).eq(0).to(dtype).mul_(padding);
        return bias.view(mask.shape[0], 1, 1, mask.shape[1]).MoveToOuterDisposeScope();
    }

    /// <summary>One of the other stages, counted from 0: [B, T, H] to [B, T, H].</summary>
    /// <param name="index">The layer.</param>
    /// <param name="hidden">What the stage before gave.</param>
    /// <param name="bias">See <see cref="AttentionBias"/>.</param>
    /// <param name="firstOnly">Give the first token's state only, [B, 1, H]: of the last layer, a classifier needs no more.</param>
    public Tensor Layer(int index, Tensor hidden, Tensor bias, bool firstOnly = false) =>
        _layers[index].Run(hidden, bias, firstOnly, training);

    /// <summary>All stages: the states of the last layer, [B, T, H], or [B, 1, H] for the first token only.</summary>
    public Tensor Encode(Tensor ids, Tensor mask, Tensor? types, bool firstOnly = false)
    {
        using var scope = NewDisposeScope();
        Tensor bias = AttentionBias(mask), hidden = Embed(ids, mask, types);
        for (int i = 0; i < _layers.Length; i++)
        {
            Tensor next = Layer(i, hidden, bias, firstOnly && i == _layers.Length - 1);
            hidden.Dispose();
            hidden = next;
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>All is registered by path in the constructor; fields must not be registered once more.</summary>
    protected override void RegisterComponents()
    {
    }

    /// <summary>After the padding token's number; padding itself is at that number.</summary>
    private Tensor PositionsOf(Tensor ids)
    {
        Tensor real = ids.ne(Config.PadTokenId).to(ScalarType.Int64);
        return real.cumsum(1).mul_(real).add_(Config.PadTokenId);
    }
}
