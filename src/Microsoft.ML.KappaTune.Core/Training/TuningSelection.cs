using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>From a base model's scan to what trains: the one place where a plan's names of the checkpoint become the model's.</summary>
internal static class TuningSelection
{
    /// <summary>
    /// Plans among the tensors that the tuned model takes from its base. What it doesn't have, such as a head for another task, and
    /// what trains in any case, its own new head, is no candidate.
    /// </summary>
    public static TuningPlan Plan(ScanReport scan, TextModel model, KappaSelection selection)
    {
        Dictionary<string, long[]> shapes = ShapesIn(model);
        return TuningPlan.Create(
            scan.Matrices.Where(matrix => InModel(matrix, model, shapes) is { Count: > 0 } slices
                && !slices.Any(slice => model.NewParameters.Contains(slice.Name))),
            selection, scan.Model);
    }

    /// <summary>The tensors of the model that a plan selects, or their experts, in the plan's order.</summary>
    /// <exception cref="ArgumentException">The model doesn't have all of it.</exception>
    public static IReadOnlyList<TensorSlice> SlicesOf(TuningPlan plan, TextModel model)
    {
        Dictionary<string, long[]> shapes = ShapesIn(model);
        return [.. plan.Selected.SelectMany(
            matrix => InModel(matrix, model, shapes) is { Count: > 0 } slices ? slices : throw new ArgumentException(
                $"The plan selects {matrix.Id}, which the model doesn't have; allowed is a plan of this model.", nameof(plan)))];
    }

    /// <summary>
    /// The selected weights, which get adapters where the method is LoRA; what else is selected, biases and norms, trains itself.
    /// </summary>
    public static IEnumerable<TensorSlice> WeightsAmong(IReadOnlyList<TensorSlice> selected, TextModel model) =>
        selected.Where(slice => model.get_parameter(slice.Name)!.Dimensions > 1);

    /// <summary>
    /// The matrix by the model's names: an expert's part of a stack may be a part of the model's, too, or several of its parameters. None
    /// where the model doesn't have it.
    /// </summary>
    private static IReadOnlyList<TensorSlice> InModel(ScannedMatrix matrix, TextModel model, Dictionary<string, long[]> shapes)
    {
        if (matrix.IsStacked && model.Names.Canonical(matrix.Name) is { } name && shapes.TryGetValue(name, out long[]? shape))
            return shape.Length == matrix.Shape.Count && matrix.Expert < shape[0] ? [matrix.Slice with { Name = name }] : [];
        IReadOnlyList<string> names = model.Names.Parameters(matrix.Name, matrix.Slice.Expert);
        return names.All(shapes.ContainsKey) ? [.. names.Select(parameter => new TensorSlice(parameter))] : [];
    }

    private static Dictionary<string, long[]> ShapesIn(TextModel model) =>
        model.named_parameters().ToDictionary(named => named.name, named => named.parameter.shape, StringComparer.Ordinal);
}
