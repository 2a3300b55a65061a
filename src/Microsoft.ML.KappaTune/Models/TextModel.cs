using Microsoft.ML.KappaTune.Checkpoints;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder and a head. The parameters' names are those of the family's task models in transformers.</summary>
internal abstract class TextModel : nn.Module
{
    private protected TextModel(string name, EncoderConfig config, IReadOnlyList<ModelPart> head, ScalarType dtype, Device device)
        : base(name)
    {
        Encoder = new TextEncoder(config, dtype, device);
        string prefix = config.Names.Prefix;
        register_module(prefix, Encoder);
        HeadModules = ModuleTree.Grow(this, head, dtype, device);
        Projections = named_modules().Where(named => named.module is Projection)
            .ToDictionary(named => named.name, named => (Projection)named.module, StringComparer.Ordinal);
    }

    public TextEncoder Encoder { get; }

    /// <summary>Every linear layer by its path: the name of its weight without <c>.weight</c>.</summary>
    public IReadOnlyDictionary<string, Projection> Projections { get; }

    /// <summary>The parameters that the checkpoint didn't have, which have new random values; all, for a model made from a seed.</summary>
    public IReadOnlyList<string> NewParameters { get; init; } = [];

    private protected IReadOnlyDictionary<string, nn.Module> HeadModules { get; }

    /// <summary>Whether the head looks at the first token only, so that the last layer need not work on the others.</summary>
    public abstract bool UsesFirstTokenOnly { get; }

    /// <summary>
    /// A layer as this model needs it, counted from 0: [B, T, H] to [B, T, H], or, where the head uses no more, from the last to [B, 1, H].
    /// </summary>
    public Tensor Layer(int index, Tensor hidden, Tensor bias) =>
        Encoder.Layer(index, hidden, bias, UsesFirstTokenOnly && index == Encoder.StageCount - 2);

    /// <summary>The last stage: states of the encoder's last layer to logits.</summary>
    public abstract Tensor Head(Tensor hidden);

    /// <summary>The stage that a parameter belongs to: 0 the embeddings, then the layers from 1 on, last everything above them.</summary>
    public int StageOf(string parameterName) =>
        parameterName.StartsWith($"{Encoder.Config.Names.Prefix}.embeddings.", StringComparison.Ordinal) ? 0
        : TensorName.Parse(parameterName, 1).Layer + 1 ?? Encoder.StageCount;

    /// <summary>All stages at once.</summary>
    private protected Tensor Run(Tensor ids, Tensor mask, Tensor? types)
    {
        using Tensor hidden = Encoder.Encode(ids, mask, types, UsesFirstTokenOnly);
        return Head(hidden);
    }

    /// <summary>All is registered by path in the constructor; fields must not be registered once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
