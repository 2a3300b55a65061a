using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// A model's modules: each is registered where its dotted path says, so that parameters have the names of the checkpoint without a class
/// for every node on the way, and is found by its slot.
/// </summary>
internal sealed class ModuleTree
{
    private readonly Dictionary<(ModuleSlot, int? Layer, int? Expert), nn.Module> _modules = [];

    /// <summary>Makes the parts and registers them below <paramref name="root"/>.</summary>
    /// <param name="packed">Names of linear layers' weights that stay codes; null for none.</param>
    /// <param name="prefix">What these names have before the parts' own.</param>
    public ModuleTree(
        nn.Module root, IEnumerable<ModelPart> parts, ScalarType dtype, Device device, IReadOnlySet<string>? packed = null,
        string prefix = "")
    {
        foreach (ModelPart part in parts)
        {
            bool isPacked = packed?.Contains($"{prefix}{part.Path}.weight") == true;
            nn.Module module = (part with { IsPacked = isPacked }).Create(dtype, device);
            string[] path = part.Path.Split('.');
            path[..^1].Aggregate(root, Step).register_module(path[^1], module);
            _modules.Add((part.Slot, part.Layer, part.Expert), module);
        }
    }

    public LinearLayer Linear(ModuleSlot slot, int? layer = null, int? expert = null) => Get<LinearLayer>(slot, layer, expert);

    public nn.Module<Tensor, Tensor> Norm(ModuleSlot slot, int? layer = null) => Get<nn.Module<Tensor, Tensor>>(slot, layer);

    public Attention Attention(TransformerConfig config, int layer, int keyHeads, int headSize) => new()
    {
        Query = Find<LinearLayer>(ModuleSlot.Query, layer),
        Key = Find<LinearLayer>(ModuleSlot.Key, layer),
        Value = Find<LinearLayer>(ModuleSlot.Value, layer),
        QueryKeyValue = Find<LinearLayer>(ModuleSlot.QueryKeyValue, layer),
        Output = Linear(ModuleSlot.AttentionOutput, layer),
        QueryNorm = Find<nn.Module<Tensor, Tensor>>(ModuleSlot.QueryNorm, layer),
        KeyNorm = Find<nn.Module<Tensor, Tensor>>(ModuleSlot.KeyNorm, layer),
        NormalisesProjections = config is DecoderConfig { NormalisesProjections: true },
        LargestProjection = (config as DecoderConfig)?.LargestProjection,
        HeadCount = config.HeadCount,
        KeyValueHeadCount = keyHeads,
        HeadSize = headSize,
        Scale = (config as DecoderConfig)?.ScoreScale(layer) ?? 1 / Math.Sqrt(headSize),
        ScoreCap = (config as DecoderConfig)?.ScoreCap,
        Dropout = config.AttentionDropout,
        // Encoders' results stay what they were to the last digit.
        IsFused = config is DecoderConfig,
    };

    /// <summary>A layer's attention that has keys and values made of one short vector a token.</summary>
    public LatentAttention LatentAttention(DecoderConfig config, LatentConfig latent, int layer) => new()
    {
        QueryDown = Find<LinearLayer>(ModuleSlot.QueryDown, layer),
        QueryNorm = Find<nn.Module<Tensor, Tensor>>(ModuleSlot.QueryNorm, layer),
        Query = Linear(ModuleSlot.Query, layer),
        KeyValueDown = Linear(ModuleSlot.KeyValueDown, layer),
        KeyValueNorm = Norm(ModuleSlot.KeyNorm, layer),
        KeyValueUp = Linear(ModuleSlot.KeyValueUp, layer),
        Output = Linear(ModuleSlot.AttentionOutput, layer),
        HeadCount = config.HeadCount,
        PlainSize = latent.PlainSize,
        TurnedSize = latent.TurnedSize,
        ValueSize = latent.ValueSize,
        Scale = latent.ScoreScale,
        Dropout = config.AttentionDropout,
    };

    /// <summary>A layer's feed-forward network, or that of an expert, with a gate where the family has one.</summary>
    public FeedForward FeedForward(string activation, int layer, int? expert = null) => new()
    {
        Gate = Find<LinearLayer>(ModuleSlot.Gate, layer, expert),
        Up = Find<LinearLayer>(ModuleSlot.GateAndUp, layer, expert) ?? Linear(ModuleSlot.Up, layer, expert),
        IsGateInUp = Find<LinearLayer>(ModuleSlot.GateAndUp, layer, expert) is not null,
        Down = Linear(ModuleSlot.Down, layer, expert),
        Activation = Activation.Function(activation),
    };

    /// <summary>A layer's mixture of experts; null where the layer has one feed-forward network instead.</summary>
    public SparseMoe? Experts(DecoderConfig config, int layer) =>
        config.Experts is not { } experts || Find<LinearLayer>(ModuleSlot.Router, layer) is not { } router ? null : new()
        {
            Router = router,
            Experts = [.. Enumerable.Range(0, experts.Count).Select(expert => FeedForward(config.Activation, layer, expert))],
            Shared = Find<LinearLayer>(ModuleSlot.SharedUp, layer) is not { } up ? null : new()
            {
                Gate = Linear(ModuleSlot.SharedGate, layer),
                Up = up,
                Down = Linear(ModuleSlot.SharedDown, layer),
                Activation = Activation.Function(config.Activation),
            },
            SharedWeight = Find<LinearLayer>(ModuleSlot.SharedWeight, layer),
            ChosenCount = experts.ChosenCount,
            Renormalises = experts.Renormalises,
            Scale = experts.Scale,
        };

    public T Get<T>(ModuleSlot slot, int? layer = null, int? expert = null) where T : nn.Module => (T)_modules[(slot, layer, expert)];

    /// <summary>The module; null where the model has none.</summary>
    public T? Find<T>(ModuleSlot slot, int? layer = null, int? expert = null) where T : nn.Module =>
        (T?)_modules.GetValueOrDefault((slot, layer, expert));

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
