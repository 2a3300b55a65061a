using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>The ranks of a model's adapters that fit a number of parameters: one for a layer, or for a stack of experts' weights.</summary>
internal static class AdapterRanks
{
    /// <summary>The rank of every layer's adapter.</summary>
    /// <param name="modules">The layers, by their paths; of equal ones the first get the larger ranks.</param>
    /// <param name="budget">The most parameters that the adapters may have together.</param>
    /// <exception cref="ArgumentException">Adapters of rank 1 would have more.</exception>
    public static IReadOnlyDictionary<string, int> Fit(TextModel model, IReadOnlyList<string> modules, int budget)
    {
        Dictionary<string, ExpertStack> stacks = ExpertStack.Of(model)
            .SelectMany(stack => stack.Layers.Select(layer => KeyValuePair.Create(layer, stack))).ToDictionary(StringComparer.Ordinal);
        // What has one rank: the layers of a stack, or a layer.
        string[][] groups = [.. modules.GroupBy(module => stacks.GetValueOrDefault(module)?.Name ?? module, StringComparer.Ordinal)
            .Select(group => group.ToArray())];
        RankedMatrix[] matrices = [.. groups.Select(group => stacks.GetValueOrDefault(group[0]) is { } stack
            ? MatrixOf(model, stack, [.. group]) : MatrixOf(model.LinearLayers[group[0]]))];
        int[] ranks = RankBudget.Fit(matrices, budget);
        return groups.SelectMany((group, i) => group.Select(module => KeyValuePair.Create(module, ranks[i])))
            .ToDictionary(StringComparer.Ordinal);
    }

    private static RankedMatrix MatrixOf(LinearLayer layer) =>
        new(layer.Inputs + layer.Outputs, (int)Math.Min(layer.Inputs, layer.Outputs));

    /// <summary>All of a stack's adapters: each expert's has one A, and a B for each of its layers.</summary>
    private static RankedMatrix MatrixOf(TextModel model, ExpertStack stack, HashSet<string> adapted)
    {
        long[] outputs = [.. stack.Experts
            .Select(layers => layers.Where(adapted.Contains).Sum(layer => model.LinearLayers[layer].Outputs)).Where(rows => rows > 0)];
        return new(outputs.Sum(rows => stack.Inputs + rows), (int)Math.Min(stack.Inputs, outputs.Max()));
    }
}
