using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Selection;

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

    /// <summary>The tensors of the model that a plan selects, or their experts and parts, in the plan's order.</summary>
    /// <exception cref="ArgumentException">The model doesn't have all of it, or two matrices have values in common.</exception>
    public static IReadOnlyList<TensorSlice> SlicesOf(TuningPlan plan, TextModel model)
    {
        Dictionary<string, long[]> shapes = ShapesIn(model);
        ScannedMatrix[] inOrder = [.. plan.Selected.OrderBy(matrix => matrix.Name, StringComparer.Ordinal)
            .ThenBy(matrix => matrix.Slice.Expert).ThenBy(matrix => matrix.PartStart)];
        foreach ((ScannedMatrix one, ScannedMatrix next) in inOrder.Zip(inOrder.Skip(1)))
        {
            bool areOfOne = (one.Name, one.Slice.Expert) == (next.Name, next.Slice.Expert);
            if (areOfOne && !SelectionCheck.FollowsPart(one, next))
                throw Unfit($"{next.Id}, which has values of {one.Id}");
        }

        return [.. plan.Selected.SelectMany(matrix => InModel(matrix, model, shapes) is { Count: > 0 } slices ? slices
            : throw Unfit($"{matrix.Id}, which the model doesn't have"))];

        static ArgumentException Unfit(string what) => new($"The plan selects {what}; allowed is a plan of this model.", nameof(plan));
    }

    /// <summary>
    /// The selected weights, which get adapters where the method is LoRA; what else is selected, biases and norms, trains itself.
    /// </summary>
    public static IEnumerable<TensorSlice> WeightsAmong(IReadOnlyList<TensorSlice> selected, TextModel model) =>
        selected.Where(slice => model.get_parameter(slice.Name)!.Dimensions > 1);

    /// <summary>
    /// The matrix by the model's names: an expert's part of a stack may be a part of the model's, too, or several of its parameters, one
    /// for each part where it has such. None where the model doesn't have it.
    /// </summary>
    private static IReadOnlyList<TensorSlice> InModel(ScannedMatrix matrix, TextModel model, Dictionary<string, long[]> shapes)
    {
        if (matrix.IsStacked && model.Names.Canonical(matrix.Name) is { } name && shapes.TryGetValue(name, out long[]? shape))
        {
            bool fits = matrix.Part is null
                ? shape.Length == matrix.Shape.Count && matrix.Expert < shape[0] : shape.SequenceEqual(matrix.Shape);
            return fits ? [matrix.Slice with { Name = name }] : [];
        }

        IReadOnlyList<string> names = model.Names.Parameters(matrix.Name, matrix.Slice.Expert);
        if (!names.All(shapes.ContainsKey))
            return [];
        if (matrix.Part is not { } part)
            return [.. names.Select(parameter => new TensorSlice(parameter))];
        return names switch
        {
            [var gate, var up] when matrix.IsStacked => part is TensorPart.Gate or TensorPart.Up
                ? [new(part == TensorPart.Gate ? gate : up)] : [],
            [var one] when !matrix.IsStacked && shapes[one].SequenceEqual(matrix.Shape) => [new(one, null, matrix.Slice.Part)],
            _ => [],
        };
    }

    private static Dictionary<string, long[]> ShapesIn(TextModel model) =>
        model.named_parameters().ToDictionary(named => named.name, named => named.parameter.shape, StringComparer.Ordinal);
}
