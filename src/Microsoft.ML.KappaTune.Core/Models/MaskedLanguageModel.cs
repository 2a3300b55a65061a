using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder that tells which token is behind a mask. Its decoder's weight is the table of word embeddings.</summary>
internal sealed class MaskedLanguageModel : TextModel
{
    private readonly LinearLayer _dense;
    private readonly nn.Module<Tensor, Tensor> _norm;
    private readonly OutputBias _bias;
    private readonly Func<Tensor, Tensor> _activation;

    /// <summary>A model whose parameters are uninitialised.</summary>
    private MaskedLanguageModel(EncoderConfig config, ScalarType dtype, Device device)
        : base(nameof(MaskedLanguageModel), new TextEncoder(config, dtype, device), config.Family.PredictionHead(config), dtype, device)
    {
        Encoder = (TextEncoder)Stack;
        _dense = HeadModules.Linear(ModuleSlot.HeadDense);
        _norm = HeadModules.Norm(ModuleSlot.HeadNorm);
        _bias = HeadModules.Get<OutputBias>(ModuleSlot.HeadBias);
        _activation = Activation.Function(config.Family.PredictionActivation(config));
    }

    public override ModelTask Task => ModelTask.MaskedLanguageModeling;

    public TextEncoder Encoder { get; }

    /// <summary>Loads a model, to train it or to measure what an encoder still knows.</summary>
    /// <exception cref="CheckpointFormatException">
    /// The configuration isn't supported, the tensors don't fit it, or the checkpoint has no head for this task.
    /// </exception>
    public static MaskedLanguageModel Load(
        Checkpoint checkpoint, EncoderConfig? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        config ??= EncoderConfig.Read(checkpoint);
        var match = new TensorMatch(checkpoint, config);
        IReadOnlyList<ModelPart> head = config.Family.PredictionHead(config);
        if (!match.HasAny(head))
        {
            throw new CheckpointFormatException(
                checkpoint.Path, $"it has no head for masked language modelling ({head[0].Path}.bias and others)",
                "Use the model as it was pre-trained, not one for another task.");
        }

        if (!config.TiesWordEmbeddings)
        {
            throw new CheckpointFormatException(
                checkpoint.Path, "a masked language model with a decoder of its own isn't supported",
                "Use a model whose decoder is tied to the word embeddings.", field: "tie_word_embeddings");
        }

        match.RequireTies();
        return ModelLoader.Load(match, [.. config.Parameters(head)], () => new MaskedLanguageModel(config, dtype, device ?? CPU));
    }

    /// <summary>Whether <see cref="Load"/> finds a head that it can use.</summary>
    public static bool IsIn(Checkpoint checkpoint, EncoderConfig config) =>
        config.TiesWordEmbeddings && new TensorMatch(checkpoint, config).HasAny(config.Family.PredictionHead(config));

    /// <summary>A model with random weights, to pre-train from scratch.</summary>
    public static MaskedLanguageModel Create(EncoderConfig config, long seed, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        ParameterPlan[] all = [.. config.Parameters(config.Family.PredictionHead(config))];
        return ModelLoader.Create(
            all, config.InitializerRange, seed,
            () => new MaskedLanguageModel(config, dtype, device ?? CPU) { NewParameters = [.. all.Select(plan => plan.Name)] });
    }

    /// <summary>[..., H] to logits, [..., vocabulary]. Give it the masked places only where others aren't needed: it is wide.</summary>
    public override Tensor Head(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        Tensor states = _norm.forward(_activation(_dense.forward(hidden)));
        return nn.functional.linear(states, Encoder.WordEmbeddings, _bias.Values).MoveToOuterDisposeScope();
    }

    /// <summary>Ids, mask and types, [B, T], to logits, [B, T, vocabulary].</summary>
    public Tensor Predict(Tensor ids, Tensor mask, Tensor? types)
    {
        using Tensor hidden = Encoder.Encode(ids, mask, types);
        return Head(hidden);
    }
}
