using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>A stack of layers and a head. The parameters' names are those of the family's task models in transformers.</summary>
internal abstract class TextModel : nn.Module
{
    private protected TextModel(string name, TransformerStack stack, IReadOnlyList<ModelPart> head, ScalarType dtype, Device device)
        : base(name)
    {
        Stack = stack;
        PackedWorkspace = new(device);
        register_module(Names.Prefix, stack);
        HeadModules = new ModuleTree(this, head, dtype, device);
        LinearLayers = named_modules().Where(named => named.module is LinearLayer)
            .ToDictionary(named => named.name, named => (LinearLayer)named.module, StringComparer.Ordinal);
    }

    /// <summary>The model below the head.</summary>
    public TransformerStack Stack { get; }

    public abstract ModelTask Task { get; }

    public CheckpointNames Names => Stack.Architecture.Names;

    /// <summary>Every linear layer by its path: the name of its weight without <c>.weight</c>.</summary>
    public IReadOnlyDictionary<string, LinearLayer> LinearLayers { get; }

    /// <summary>What its packed weights compute in; it takes no memory before the first of them does.</summary>
    public PackedWorkspace PackedWorkspace { get; }

    /// <summary>Takes the values of a parameter into memory, where it is a packed weight.</summary>
    public void Unpack(string parameterName)
    {
        const string End = ".weight";
        if (parameterName.EndsWith(End, StringComparison.Ordinal)
            && LinearLayers.TryGetValue(parameterName[..^End.Length], out LinearLayer? layer))
            layer.Unpack();
    }

    /// <summary>Takes the values of all packed weights into memory, after which the model no longer needs its checkpoint.</summary>
    public void Unpack()
    {
        foreach (LinearLayer layer in LinearLayers.Values)
            layer.Unpack();
        PackedWorkspace.Dispose();
    }

    /// <summary>The parameters that the checkpoint didn't have, which have new random values; all, for a model made from a seed.</summary>
    public IReadOnlyList<string> NewParameters { get; init; } = [];

    /// <summary>Whether the head looks at the first token only, so that the last layer need not work on the others.</summary>
    public virtual bool UsesFirstTokenOnly => false;

    private protected ModuleTree HeadModules { get; }

    /// <summary>
    /// A layer as this model needs it, counted from 0: [B, T, H] to [B, T, H], or, where the head uses no more, from the last to [B, 1, H].
    /// </summary>
    public virtual Tensor Layer(int index, Tensor hidden, AttentionInput input) => Stack.Layer(index, hidden, input);

    /// <summary>The last stage: states of the last layer to logits.</summary>
    public abstract Tensor Head(Tensor hidden);

    /// <summary>The stage that a parameter belongs to: 0 the embeddings, then the layers from 1 on, last everything above them.</summary>
    public virtual int StageOf(string parameterName) =>
        Names.IsEmbedding(parameterName) ? 0 : TensorName.Parse(parameterName, 1).Layer + 1 ?? Stack.StageCount;

    /// <summary>All is registered by path in the constructor; fields must not be registered once more.</summary>
    protected override void RegisterComponents()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            PackedWorkspace.Dispose();
        base.Dispose(disposing);
    }
}
