using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// Weights of a layer's experts that transformers 5 has in one tensor, [experts, outputs, inputs], and that PEFT adapts as one: every
/// expert's gate above its other projection, or every expert's last projection.
/// </summary>
/// <param name="Path">What the experts are below, by the name of our modules: <c>model.layers.0.block_sparse_moe.experts</c>.</param>
/// <param name="Module">The module of transformers 5 that has the tensor: <c>model.layers.0.mlp.experts</c>.</param>
/// <param name="Parameter">The tensor's name there: <c>gate_up_proj</c>.</param>
/// <param name="Experts">For every expert its layers here, by their paths, from above.</param>
/// <param name="Inputs">Columns of an expert's matrix.</param>
/// <param name="Outputs">Its rows.</param>
internal sealed record ExpertStack(
    string Path, string Module, string Parameter, IReadOnlyList<IReadOnlyList<string>> Experts, long Inputs, long Outputs)
{
    private const string Weight = ".weight";

    /// <summary>The tensor's full name in transformers 5.</summary>
    public string Name => $"{Module}.{Parameter}";

    /// <summary>All of its layers.</summary>
    public IEnumerable<string> Layers => Experts.SelectMany(expert => expert);

    /// <summary>The stacks of a model, layer by layer, in each the one of two projections first; none where it has no mixtures.</summary>
    public static IReadOnlyList<ExpertStack> Of(TextModel model)
    {
        if (model.Names.Experts is not { } names || (model.Stack.Architecture as DecoderConfig)?.Experts is not { } experts)
            return [];
        string first = $".experts.0.{names.Down}";
        return [.. model.LinearLayers.Keys.Where(path => path.EndsWith(first, StringComparison.Ordinal))
            .SelectMany(path => ExpertNames.Stacks(path[..^first.Length])).Select(stack => Create(stack, model, names, experts.Count))];
    }

    private static ExpertStack Create(string stack, TextModel model, ExpertNames names, int count)
    {
        string inMemory = names.InMemory(stack), parameter = stack[(stack.LastIndexOf('.') + 1)..];
        string[][] experts = [.. Enumerable.Range(0, count).Select(
            expert => names.InStack(stack, expert)!.Select(weight => weight[..^Weight.Length]).ToArray())];
        LinearLayer[] parts = [.. experts[0].Select(path => model.LinearLayers[path])];
        return new(
            stack[..^(parameter.Length + 1)], inMemory[..^(parameter.Length + 1)], parameter, experts, parts[0].Inputs,
            parts.Sum(part => part.Outputs));
    }
}
