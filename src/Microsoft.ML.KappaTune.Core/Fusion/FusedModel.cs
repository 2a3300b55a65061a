using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// A language model that takes in frames as well: what encoder and projector make of them enters the decoder where tokens' embeddings
/// would. By text alone it is the decoder that it was made of. The parameters of encoder and projector are new to the decoder's checkpoint.
/// </summary>
internal sealed class FusedModel : CausalLanguageModel
{
    private readonly IFrameEncoder _encoder;
    private readonly Projector _projector;

    private FusedModel(DecoderConfig config, FusionConfig fusion, ScalarType dtype, Device device, IReadOnlySet<string>? packed)
        : base(config, dtype, device, packed)
    {
        FusionConfig = fusion;
        var modules = new ModuleTree(this, FusionParts.All(fusion), dtype, device);
        _encoder = fusion.EncoderModel?.NewEncoder(modules) ?? new FrameEncoder(fusion, modules);
        _projector = new(fusion, modules);
    }

    public FusionConfig FusionConfig { get; }

    /// <summary>
    /// Joins a decoder with an encoder and a projector that have learnt nothing yet; of an encoder that is read from files, all is 0 until
    /// it was.
    /// </summary>
    /// <param name="checkpoint">A decoder of a family that is supported.</param>
    /// <param name="config">Its architecture.</param>
    /// <param name="fusion">The sizes of the other parts.</param>
    /// <param name="seed">What their weights are drawn from.</param>
    /// <param name="dtype">The type of all parameters.</param>
    /// <param name="device">Where they are; the CPU by default.</param>
    /// <param name="keepsCodes">As for <see cref="CausalLanguageModel.Load"/>.</param>
    /// <param name="trainsEncoder">Whether the encoder is among what trains in any case.</param>
    /// <exception cref="CheckpointFormatException">The tensors don't fit the configuration.</exception>
    /// <exception cref="ArgumentException">The projector's vectors haven't the decoder's size.</exception>
    public static FusedModel Create(
        Checkpoint checkpoint, DecoderConfig config, FusionConfig fusion, long seed, ScalarType dtype = ScalarType.Float32,
        Device? device = null, bool keepsCodes = false, bool trainsEncoder = true)
    {
        if (fusion.DecoderSize != config.HiddenSize)
        {
            throw new ArgumentException(
                $"The projector makes vectors of {fusion.DecoderSize} values, and the decoder takes {config.HiddenSize}.", nameof(fusion));
        }

        var match = new TensorMatch(checkpoint, config);
        ParameterPlan[] decoder = [.. config.Parameters(DecoderFamily.CausalHead(config))];
        ParameterPlan[] added = FusionParts.Plans(fusion);
        HashSet<string> names = added.Select(plan => plan.Name).ToHashSet(StringComparer.Ordinal);
        IReadOnlySet<string>? packed = keepsCodes ? match.Codes(decoder) : null;
        match.RequireTies();
        return ModelLoader.Load(
            match, [.. decoder, .. added],
            () => new FusedModel(config, fusion, dtype, device ?? CPU, packed)
            {
                NewParameters =
                    [.. added.Select(plan => plan.Name).Where(name => FusionParts.Trains(fusion, name, trainsEncoder))],
            },
            names, seed: seed);
    }

    /// <summary>What the encoder makes of frames, [B, T', C], zeros behind each row's end.</summary>
    /// <exception cref="ArgumentException">A row has more frames than the encoder takes.</exception>
    public Tensor Encode(FrameBatch frames) => _encoder.Encode(frames, Decoder.WordEmbeddings.dtype);

    /// <summary>What the projector makes of frames, in their places; null for no frames.</summary>
    public InputVectors? Project(FusedInput input)
    {
        using var scope = NewDisposeScope();
        FrameBatch frames = input.Frames;
        Tensor states = frames.AreStates ? frames.Values.to(Decoder.WordEmbeddings.dtype) : Encode(frames);
        Tensor vectors = _projector.Project(states, frames.Counts);
        if (vectors.shape[0] != input.Places.shape[0])
        {
            throw new ArgumentException(
                $"The frames make {vectors.shape[0]} vectors, and there are {input.Places.shape[0]} places.", nameof(input));
        }

        return vectors.shape[0] == 0 ? null : new(input.Places, vectors.MoveToOuterDisposeScope());
    }

    /// <summary>The decoder's first stage of a batch, [B, T, H]: of ids and mask, [B, T], and of frames in their places.</summary>
    public Tensor Embed(Tensor ids, Tensor mask, FusedInput input)
    {
        using var scope = NewDisposeScope();
        return Decoder.EmbedWith(ids, mask, Project(input)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Encoder and projector belong to the first stage, whatever their layers' numbers.</remarks>
    public override int StageOf(string parameterName) => FusionParts.IsOf(parameterName) ? 0 : base.StageOf(parameterName);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _encoder.Dispose();
        base.Dispose(disposing);
    }
}
