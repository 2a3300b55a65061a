using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// The adapters of mixtures' experts in a file, as PEFT has them for models of transformers 5: one for all experts of a layer. Where both
/// tensors of a layer have one, the first's name goes on with <c>base_layer</c>; the shapes tell which is which.
/// </summary>
internal sealed class StackedTensors(AdapterConfig config, TextModel model, AdapterFaults faults)
{
    private readonly IReadOnlyList<ExpertStack> _stacks = ExpertStack.Of(model);
    private readonly SortedDictionary<string, (TensorView? A, TensorView? B)> _found = new(StringComparer.Ordinal);

    /// <summary>The experts' layers that PEFT can adapt by a stack only.</summary>
    public IEnumerable<string> Layers => _stacks.SelectMany(stack => stack.Layers);

    /// <summary>Takes a matrix that is of all experts of a layer; no other one.</summary>
    /// <param name="module">Its module by its name in the file.</param>
    public bool TryPlace(TensorView view, string module, bool isB)
    {
        string experts = WithoutBaseLayer(module);
        if (!_stacks.Any(stack => model.Names.Canonical($"{experts}.{stack.Parameter}") == $"{stack.Path}.{stack.Parameter}"))
            return false;
        (TensorView? a, TensorView? b) = _found.GetValueOrDefault(module);
        if ((isB ? b : a) is not null)
            throw faults.Twice(view);
        _found[module] = isB ? (a, view) : (view, b);
        return true;
    }

    /// <summary>What was found, each with its place in the model.</summary>
    /// <exception cref="CheckpointFormatException">It doesn't fit the model or the configuration.</exception>
    public IReadOnlyList<StackedMatrices> Resolve()
    {
        var all = new List<StackedMatrices>();
        foreach ((string module, (TensorView? a, TensorView? b)) in _found)
        {
            StackedMatrices found = Resolve(module, a, b);
            if (all.Any(other => other.Stack == found.Stack))
                throw faults.Twice(found.A);
            all.Add(found);
        }

        foreach (ExpertStack stack in _stacks)
        {
            if (!all.Any(found => found.Stack == stack) && IsTarget(stack, stack.Name))
                throw faults.Missing(PeftNames.A(stack.Module), $"{stack.Name} in target_parameters");
        }

        return all;
    }

    private StackedMatrices Resolve(string module, TensorView? first, TensorView? second)
    {
        (TensorView a, TensorView b) = faults.Both(module, first, second);
        string experts = WithoutBaseLayer(module);
        (ExpertStack stack, bool isSwapped) = Find(experts, a, b);
        string name = $"{experts}.{stack.Parameter}";
        if (!IsTarget(stack, name))
            throw faults.OfConfig($"it doesn't name {stack.Name}, of which the weights have an adapter", "target_parameters");
        LoraSettings settings = config.SettingsOf(name);
        (long count, long rank) = (stack.Experts.Count, settings.Rank);
        if (a.Shape[0] == b.Shape[1] && a.Shape[0] % count == 0 && a.Shape[0] != rank * count)
        {
            throw faults.OfConfig(
                $"it gives {stack.Name} the rank {rank}, but its matrices have the rank {a.Shape[0] / count}", config.RankFieldOf(name));
        }

        string whose = $"that of rank {rank} for {count} experts";
        faults.CheckShape(a, [rank * count, a.Shape[1]], whose);
        faults.CheckShape(b, [b.Shape[0], rank * count], whose);
        return new(stack, a, b, settings, isSwapped);
    }

    /// <summary>The stack that the shapes are of, and whether inputs and outputs are swapped.</summary>
    private (ExpertStack Stack, bool IsSwapped) Find(string experts, TensorView a, TensorView b)
    {
        string path = model.Names.Canonical($"{experts}.{_stacks[0].Parameter}")!;
        ExpertStack[] own = [.. _stacks.Where(stack => path == $"{stack.Path}.{_stacks[0].Parameter}")];
        (ExpertStack Stack, bool IsSwapped)[] fitting =
        [
            .. own.Where(stack => Fits(stack.Inputs, stack.Outputs)).Select(stack => (stack, false)),
            .. own.Where(stack => Fits(stack.Outputs, stack.Inputs)).Select(stack => (stack, true)),
        ];
        if (fitting.Length == 0)
        {
            string needed = string.Join(
                " and ", own.Select(stack => $"[…, {stack.Inputs}] and [{stack.Outputs}, …] for {stack.Parameter}"));
            throw faults.Of(
                a.Name, $"it is [{string.Join(", ", a.Shape)}], and {b.Name} [{string.Join(", ", b.Shape)}]; the model has {needed}",
                faults.OtherModel, field: "shape");
        }

        return fitting.Length == 1 ? fitting[0] : config.SwapsExperts is { } isSwapped
            ? fitting.First(one => one.IsSwapped == isSwapped)
            : throw faults.OfConfig(
                $"it is missing or isn't a version, and tells which dimension of {a.Name} and {b.Name} is which", "peft_version",
                "Write the version of PEFT that saved the adapter into the file.");

        bool Fits(long inputs, long outputs) =>
            a.Shape is [_, var columns] && b.Shape is [var rows, _] && columns == inputs && rows == outputs;
    }

    private bool IsTarget(ExpertStack stack, string name) =>
        config.Targets.IncludesParameter(stack.Name) || config.Targets.IncludesParameter(name);

    private static string WithoutBaseLayer(string module)
    {
        while (module.EndsWith(PeftNames.Inner, StringComparison.Ordinal))
            module = module[..^PeftNames.Inner.Length];
        return module;
    }
}
