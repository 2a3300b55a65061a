using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>A decoder that tells which token comes next. Its head may be the table of word embeddings.</summary>
internal class CausalLanguageModel : TextModel
{
    private readonly LinearLayer? _head;

    /// <summary>A model whose parameters are uninitialised.</summary>
    private protected CausalLanguageModel(DecoderConfig config, ScalarType dtype, Device device, IReadOnlySet<string>? packed = null)
        : base(
            nameof(CausalLanguageModel), new TextDecoder(config, dtype, device, packed), DecoderFamily.CausalHead(config), dtype, device)
    {
        Decoder = (TextDecoder)Stack;
        _head = HeadModules.Find<LinearLayer>(ModuleSlot.HeadOutput);
    }

    public override ModelTask Task => ModelTask.CausalLanguageModeling;

    public TextDecoder Decoder { get; }

    /// <summary>What the head multiplies by, [vocabulary, H].</summary>
    public Parameter HeadWeight => _head?.Weight ?? Decoder.WordEmbeddings;

    /// <param name="checkpoint">A decoder of a family that is supported.</param>
    /// <param name="config">The architecture; that of the <c>config.json</c> beside the weights by default.</param>
    /// <param name="dtype">The type of all parameters, whatever the stored one.</param>
    /// <param name="device">Where the parameters are; the CPU by default.</param>
    /// <param name="keepsCodes">
    /// Whether weights of the decoder's linear layers that the checkpoint has as codes stay so; then the model is valid until the checkpoint
    /// is disposed, or the model unpacked. The head's values are in memory, as they are needed for each piece of a batch.
    /// </param>
    /// <exception cref="CheckpointFormatException">The configuration isn't supported, or the tensors don't fit it.</exception>
    public static CausalLanguageModel Load(
        Checkpoint checkpoint, DecoderConfig? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null,
        bool keepsCodes = false)
    {
        config ??= DecoderConfig.Read(checkpoint);
        var match = new TensorMatch(checkpoint, config);
        ParameterPlan[] plans = [.. config.Parameters(DecoderFamily.CausalHead(config))];
        IReadOnlySet<string>? packed = keepsCodes ? match.Codes(plans) : null;
        match.RequireTies();
        return ModelLoader.Load(match, plans, () => new CausalLanguageModel(config, dtype, device ?? CPU, packed));
    }

    /// <summary>A model with random weights, to pre-train from scratch.</summary>
    public static CausalLanguageModel Create(DecoderConfig config, long seed, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        ParameterPlan[] all = [.. config.Parameters(DecoderFamily.CausalHead(config))];
        return ModelLoader.Create(
            all, config.InitializerRange, seed,
            () => new CausalLanguageModel(config, dtype, device ?? CPU) { NewParameters = [.. all.Select(plan => plan.Name)] });
    }

    /// <summary>[..., H] to logits, [..., vocabulary]. Give it only the places that are needed: it is wide.</summary>
    public override Tensor Head(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return Predict(Decoder.Normalise(hidden)).MoveToOuterDisposeScope();
    }

    /// <summary>The same of states that are normalised.</summary>
    public Tensor Predict(Tensor states)
    {
        using var scope = NewDisposeScope();
        Tensor logits = _head is null ? nn.functional.linear(states, Decoder.WordEmbeddings) : _head.forward(states);
        if (Decoder.Config.LogitCap is { } cap)
            logits = logits.DividedByInPlace(cap).tanh().Times(cap);
        return logits.MoveToOuterDisposeScope();
    }

    /// <summary>What gives the logits of another decoder's states of its last layer, which that one normalises.</summary>
    public Func<Tensor, Tensor> HeadFor(TextDecoder other) => hidden =>
    {
        using var scope = NewDisposeScope();
        return Predict(other.Normalise(hidden)).MoveToOuterDisposeScope();
    };

    /// <summary>
    /// Token ids, [B, T], to logits of the token that comes after each, [B, T, vocabulary]. The mask, [B, T], has 0 for padding and, for a
    /// token, the number of its text in the row, 1, 2, …; null where each row is one whole text.
    /// </summary>
    public Tensor Logits(Tensor ids, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        return Head(Decoder.Decode(ids, mask ?? ones_like(ids))).MoveToOuterDisposeScope();
    }

    /// <summary>The same of tokens, [B, K], that come after those of the cache: the mask is of all of them.</summary>
    public Tensor Logits(Tensor ids, Tensor mask, KeyValueCache cache)
    {
        using var scope = NewDisposeScope();
        return Head(Decoder.Decode(ids, mask, cache)).MoveToOuterDisposeScope();
    }
}
