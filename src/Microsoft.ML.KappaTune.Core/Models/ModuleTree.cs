using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// A model's modules: each is registered where its dotted path says, so that parameters have the names of the checkpoint without a class
/// for every node on the way, and is found by its slot.
/// </summary>
internal sealed class ModuleTree
{
    private readonly Dictionary<(ModuleSlot, int?), nn.Module> _modules = [];

    /// <summary>Makes the parts and registers them below <paramref name="root"/>.</summary>
    public ModuleTree(nn.Module root, IEnumerable<ModelPart> parts, ScalarType dtype, Device device)
    {
        foreach (ModelPart part in parts)
        {
            nn.Module module = part.Create(dtype, device);
            string[] path = part.Path.Split('.');
            path[..^1].Aggregate(root, Step).register_module(path[^1], module);
            _modules.Add((part.Slot, part.Layer), module);
        }
    }

    public LinearLayer Linear(ModuleSlot slot, int? layer = null) => Get<LinearLayer>(slot, layer);

    public nn.Module<Tensor, Tensor> Norm(ModuleSlot slot, int? layer = null) => Get<nn.Module<Tensor, Tensor>>(slot, layer);

    public Attention Attention(TransformerConfig config, int layer, int keyHeads, int headSize) => new()
    {
        Query = Linear(ModuleSlot.Query, layer),
        Key = Linear(ModuleSlot.Key, layer),
        Value = Linear(ModuleSlot.Value, layer),
        Output = Linear(ModuleSlot.AttentionOutput, layer),
        QueryNorm = Find<nn.Module<Tensor, Tensor>>(ModuleSlot.QueryNorm, layer),
        KeyNorm = Find<nn.Module<Tensor, Tensor>>(ModuleSlot.KeyNorm, layer),
        HeadCount = config.HeadCount,
        KeyValueHeadCount = keyHeads,
        HeadSize = headSize,
        Dropout = config.AttentionDropout,
    };

    /// <summary>A layer's feed-forward network, with a gate where the family has one.</summary>
    public FeedForward FeedForward(string activation, int layer) => new()
    {
        Gate = Find<LinearLayer>(ModuleSlot.Gate, layer),
        Up = Linear(ModuleSlot.Up, layer),
        Down = Linear(ModuleSlot.Down, layer),
        Activation = Activation.Function(activation),
    };

    public T Get<T>(ModuleSlot slot, int? layer = null) where T : nn.Module => (T)_modules[(slot, layer)];

    /// <summary>The module; null where the model has none.</summary>
    public T? Find<T>(ModuleSlot slot, int? layer = null) where T : nn.Module => (T?)_modules.GetValueOrDefault((slot, layer));

    private static nn.Module Step(nn.Module parent, string name)
    {
        foreach ((string itsName, nn.Module child) in parent.named_children())
        {
            if (itsName == name)
                return child;
        }

        var node = new Node(name);
        parent.register_module(name, node);
        return node;
    }

    private sealed class Node(string name) : nn.Module(name);
}
