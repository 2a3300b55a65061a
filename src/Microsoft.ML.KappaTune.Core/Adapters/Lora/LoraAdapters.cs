using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// The adapters of a model: one beside each selected linear layer. They stay readable after they were merged or detached, so that they
/// can be saved then. For one thread at a time; disposing them takes them off the model, which isn't disposed.
/// </summary>
internal sealed class LoraAdapters : IDisposable
{
    private const string Weight = ".weight";

    private readonly TextModel _model;
    private readonly SortedDictionary<string, LowRankAdapter> _byModule = new(StringComparer.Ordinal);

    private LoraAdapters(TextModel model) => _model = model;

    /// <summary>The adapters by the paths of their layers, in ordinal order.</summary>
    public IReadOnlyDictionary<string, LowRankAdapter> ByModule => _byModule;

    /// <summary>The model's own parameters that were read with the adapters, by name; none where these weren't read.</summary>
    public IReadOnlyList<string> ReadWhole { get; private init; } = [];

    /// <summary>Whether the adapters' products are in the model's weights.</summary>
    public bool IsMerged { get; private set; }

    /// <summary>
    /// What trains: A and B of every adapter, by names such as <c>encoder.layer.0.output.dense.lora_A.weight</c>; an A that two share once.
    /// </summary>
    public IEnumerable<(string Name, Parameter Parameter)> Parameters =>
        _byModule.SelectMany(pair => ParametersOf(pair.Key, pair.Value));

    /// <summary>Puts a new adapter beside each of the layers whose weights are named. The model computes what it did before.</summary>
    /// <param name="weightNames">
    /// Names of parameters; where ranks are fitted to a budget, those that get the larger ones first. Otherwise in any order.
    /// </param>
    /// <param name="method">A method with a rank, or with a budget.</param>
    /// <param name="seed">What the adapters' first values are drawn from.</param>
    /// <exception cref="ArgumentException">
    /// A name isn't that of a linear layer's weight below the head, or the budget is too small for adapters of rank 1.
    /// </exception>
    public static LoraAdapters Attach(TextModel model, IEnumerable<string> weightNames, TuningMethod method, long seed)
    {
        IReadOnlyList<string> modules = ModulesOf(model, weightNames);
        IReadOnlyDictionary<string, int>? ranks = method.ParameterBudget is { } budget ? AdapterRanks.Fit(model, modules, budget) : null;
        Dictionary<string, LoraSettings> all = modules.ToDictionary(module => module, module => SettingsFor(ranks?[module] ?? method.Rank));
        LoraAdapters adapters = Attach(model, all, owners: OwnersAmong(model, all));
        using var generator = new Generator((ulong)seed);
        foreach (LowRankAdapter adapter in adapters._byModule.Values)
            adapter.Draw(generator);
        return adapters;

        LoraSettings SettingsFor(int rank) => new(rank, method.AlphaOf(rank), method.Dropout);
    }

    /// <summary>Puts adapters of given settings beside the layers of these paths; all of them are zero.</summary>
    /// <param name="owners">Layers whose adapters have another layer's A, by that layer; null for none.</param>
    internal static LoraAdapters Attach(
        TextModel model, IReadOnlyDictionary<string, LoraSettings> settings, IReadOnlyList<string>? readWhole = null,
        IReadOnlyDictionary<string, string>? owners = null)
    {
        var adapters = new LoraAdapters(model) { ReadWhole = readWhole ?? [] };
        // Those that have an A for others first.
        foreach ((string module, LoraSettings its) in settings.OrderBy(pair => owners?.ContainsKey(pair.Key)))
        {
            LinearLayer layer = model.LinearLayers[module];
            if (layer.Adapter is not null)
                throw new InvalidOperationException($"The layer {module} has an adapter already: merge or detach that one first.");
            LowRankAdapter? owner = owners?.GetValueOrDefault(module) is { } other ? adapters._byModule[other] : null;
            adapters._byModule.Add(module, new LowRankAdapter(layer, its, owner));
        }

        foreach ((string module, LowRankAdapter adapter) in adapters._byModule)
        {
            adapter.train(model.training);
            model.LinearLayers[module].Adapter = adapter;
        }

        return adapters;
    }

    /// <summary>
    /// Adds every adapter's product to its layer's weight, bit for bit the same everywhere, and detaches them. A model of packed weights
    /// has the values of all of them in memory then: the sums have no codes.
    /// </summary>
    public void Merge()
    {
        if (IsMerged)
            throw new InvalidOperationException("The adapters are merged already.");
        _model.Unpack();
        foreach ((string module, LowRankAdapter adapter) in _byModule)
            LoraMerge.Into(_model.LinearLayers[module], adapter);
        Detach();
        IsMerged = true;
    }

    /// <summary>Takes the adapters off the model, whose weights stay as they are.</summary>
    public void Detach()
    {
        foreach ((string module, LowRankAdapter adapter) in _byModule)
        {
            if (_model.LinearLayers[module].Adapter == adapter)
                _model.LinearLayers[module].Adapter = null;
        }
    }

    /// <summary>Writes the adapters, and whatever else was trained, as a folder that PEFT reads.</summary>
    /// <param name="folder">The folder, made where there is none; an adapter in it is replaced.</param>
    /// <param name="baseModel">The base model's name or folder, for whoever reads it.</param>
    /// <param name="trained">Names of the model's parameters that differ from the base; weights with an adapter may be among them.</param>
    public void Save(string folder, string? baseModel, IEnumerable<string> trained) =>
        AdapterWriter.Write(folder, _model, this, baseModel, trained);

    /// <summary>Whether a folder holds an adapter, whole or not.</summary>
    public static bool IsAdapter(string folder) =>
        Directory.Exists(folder) && PendingAdapter.Find(folder, PeftNames.ConfigFile) is not null;

    /// <summary>Removes an adapter from a folder, whole or not.</summary>
    public static void RemoveFrom(string folder) => PendingAdapter.Remove(folder);

    /// <summary>Reads a folder as PEFT writes it: attaches its adapters, and sets the other parameters that it has, the head's.</summary>
    /// <exception cref="CheckpointFormatException">The folder isn't an adapter of this model; the model is as it was.</exception>
    public static LoraAdapters Load(TextModel model, string folder) => AdapterReader.Read(folder, model);

    /// <summary>The shape of a parameter that an adapter's folder holds whole, by its canonical name; null where it doesn't.</summary>
    /// <exception cref="CheckpointFormatException">The folder isn't an adapter.</exception>
    public static long[]? ShapeOf(string folder, TransformerConfig config, string name) => AdapterReader.ShapeOf(folder, config, name);

    public void Dispose()
    {
        Detach();
        foreach (LowRankAdapter adapter in _byModule.Values)
            adapter.Dispose();
    }

    private static IEnumerable<(string Name, Parameter Parameter)> ParametersOf(string module, LowRankAdapter adapter)
    {
        if (adapter.Owner is null)
            yield return (PeftNames.A(module), adapter.A);
        yield return (PeftNames.B(module), adapter.B);
        if (adapter.Magnitude is not null)
            yield return (PeftNames.Magnitude(module), adapter.Magnitude);
    }

    /// <summary>An expert's other projection, by its gate, whose adapters share an A as in PEFT: of those that are given.</summary>
    private static Dictionary<string, string> OwnersAmong(TextModel model, IReadOnlyDictionary<string, LoraSettings> settings) =>
        ExpertStack.Of(model).SelectMany(stack => stack.Experts).Select(layers => layers.Where(settings.ContainsKey).ToArray())
            .Where(layers => layers.Length > 1).ToDictionary(layers => layers[1], layers => layers[0], StringComparer.Ordinal);

    /// <summary>The layers of the weights, each once, in their order.</summary>
    private static IReadOnlyList<string> ModulesOf(TextModel model, IEnumerable<string> weightNames)
    {
        var modules = new List<string>();
        var others = new SortedSet<string>(StringComparer.Ordinal);
        string encoder = $"{model.Names.Prefix}.";
        foreach (string name in weightNames)
        {
            string module = name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] : "";
            // A head trains as a whole, and PEFT couldn't read an adapter of a part of it.
            bool isAdaptable = model.LinearLayers.ContainsKey(module) && module.StartsWith(encoder, StringComparison.Ordinal);
            if (isAdaptable)
                modules.Add(module);
            else
                others.Add(name);
        }

        return others.Count == 0 ? [.. modules.Distinct(StringComparer.Ordinal)] : throw new ArgumentException(
            "LoRA adapts the model's linear layers, each as a whole; these selected tensors, or parts of a stack, aren't weights of one: "
            + $"{string.Join(", ", others)}. "
            + "Exclude them from the selection, or train with TuningMethod.Direct.",
            nameof(TuningOptions.Selection));
    }
}
