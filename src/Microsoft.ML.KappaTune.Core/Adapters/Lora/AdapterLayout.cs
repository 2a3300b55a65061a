using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// How a model's adapters stand in a file. Those of experts go together, and those of routers are of parameters, as PEFT has it for
/// models of transformers 5. Where experts' gates and other projections have an A each, or adapters of a layer differ in rank or strength,
/// as adapters may that came from models of transformers 4, which has experts one by one, they stay as they are.
/// </summary>
internal sealed class AdapterLayout
{
    private const string Weight = ".weight";

    private readonly IReadOnlyDictionary<string, LowRankAdapter> _adapters;

    // Layers that are no modules of their own in transformers 5, with the names of their weights there.
    private readonly Dictionary<string, string> _routers = new(StringComparer.Ordinal);
    private readonly ExpertStack[] _stacks;

    public AdapterLayout(TextModel model, IReadOnlyDictionary<string, LowRankAdapter> adapters)
    {
        _adapters = adapters;
        _stacks = [.. ExpertStack.Of(model).Where(stack => Adapted(stack).Any())];
        bool isOneByOne = !_stacks.All(CanGoTogether);
        if (isOneByOne)
            _stacks = [];
        if (model.Names.Experts is { } names && !isOneByOne)
        {
            foreach (string router in adapters.Keys.Where(module => names.IsRouter(module + Weight)))
                _routers.Add(router, names.InMemory(router + Weight));
        }

        HashSet<string> others = [.. _stacks.SelectMany(stack => stack.Layers), .. _routers.Keys];
        Modules = [.. adapters.Keys.Where(module => !others.Contains(module))];
    }

    /// <summary>The layers whose adapters are their own.</summary>
    public IReadOnlyList<string> Modules { get; }

    /// <summary>The parameters, by their names in transformers 5, that have an adapter instead.</summary>
    public IReadOnlyList<string> Parameters => [.. _stacks.Select(stack => stack.Name), .. _routers.Values];

    /// <summary>The settings of every adapter in the file, by what patterns of ranks call it.</summary>
    public IEnumerable<KeyValuePair<string, LoraSettings>> Settings =>
    [
        .. Modules.Select(module => KeyValuePair.Create(module, _adapters[module].Settings)),
        .. _stacks.Select(stack => KeyValuePair.Create(stack.Name, Adapted(stack).First().Settings)),
        .. _routers.Select(router => KeyValuePair.Create(router.Value, _adapters[router.Key].Settings)),
    ];

    /// <summary>The tensors, each made only when its turn comes.</summary>
    public IEnumerable<TensorSource> Sources() =>
    [
        .. Modules.SelectMany(module => Sources(module, _adapters[module])),
        .. _stacks.SelectMany(SourcesOf),
        .. _routers.SelectMany(router => Sources(router.Value[..^Weight.Length], _adapters[router.Key])),
    ];

    private static IEnumerable<TensorSource> Sources(string module, LowRankAdapter adapter)
    {
        yield return Source(PeftNames.A(module), adapter.A);
        yield return Source(PeftNames.B(module), adapter.B);
        if (adapter.Magnitude is not null)
            yield return Source(PeftNames.Magnitude(module), adapter.Magnitude);
    }

    private static TensorSource Source(string name, Parameter values) =>
        ModelWriter.Source(PeftNames.Prefix + name, values.dtype, values.shape, () => values.detach());

    private IEnumerable<TensorSource> SourcesOf(ExpertStack stack)
    {
        // Where both of a layer's tensors are adapted, PEFT wraps the first and then what has it.
        bool isInner = _stacks.Any(other => other.Module == stack.Module && other != stack) && stack.Experts[0].Count > 1;
        string module = PeftNames.Prefix + stack.Module + (isInner ? PeftNames.Inner : "");
        LowRankAdapter some = Adapted(stack).First();
        long all = some.Settings.Rank * stack.Experts.Count;
        yield return ModelWriter.Source(PeftNames.A(module), some.A.dtype, [all, stack.Inputs], () => FirstOf(stack, some.A));
        yield return ModelWriter.Source(PeftNames.B(module), some.B.dtype, [stack.Outputs, all], () => SecondOf(stack, some.B));
    }

    /// <summary>A of all experts, [experts · rank, inputs], expert by expert; zero for one without an adapter.</summary>
    private Tensor FirstOf(ExpertStack stack, Parameter like) => cat([.. stack.Experts.Select(layers =>
        layers.FirstOrDefault(_adapters.ContainsKey) is { } adapted ? _adapters[adapted].A.detach() : like.zeros_like())]);

    /// <summary>B of all experts, [outputs, rank · experts], in which a rank's columns of all experts stand together.</summary>
    private Tensor SecondOf(ExpertStack whole, Parameter like)
    {
        long rows = whole.Outputs / whole.Experts[0].Count, rank = like.shape[1];
        Tensor none = zeros(rows, rank, dtype: like.dtype, device: like.device);
        Tensor[] experts = [.. whole.Experts.Select(layers =>
            cat([.. layers.Select(layer => _adapters.GetValueOrDefault(layer)?.B.detach() ?? none)]))];
        return stack(experts, 2).reshape(whole.Outputs, rank * experts.Length);
    }

    private bool CanGoTogether(ExpertStack stack) =>
        Adapted(stack).Select(adapter => adapter.Settings).Distinct().Count() == 1
        && stack.Experts.Select(layers => layers.Where(_adapters.ContainsKey).ToArray())
            .All(layers => layers.Length < 2 || _adapters[layers[1]].Owner == _adapters[layers[0]]);

    private IEnumerable<LowRankAdapter> Adapted(ExpertStack stack) =>
        stack.Layers.Where(_adapters.ContainsKey).Select(layer => _adapters[layer]);
}
