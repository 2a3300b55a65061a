using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>From a base model's scan to the names of what trains.</summary>
internal static class TuningSelection
{
    /// <summary>
    /// Plans among the tensors that the classifier takes from its base. What it doesn't have, such as a head for another task, and
    /// what trains in any case, its own new head, is no candidate.
    /// </summary>
    public static TuningPlan Plan(ScanReport scan, SequenceClassifier model, KappaSelection selection)
    {
        HashSet<string> candidates = [.. model.named_parameters().Select(named => named.name).Except(model.NewParameters)];
        return TuningPlan.Create(
            scan.Matrices.Where(matrix => NameOf(model, matrix) is { } name && candidates.Contains(name)), selection, scan.Model);
    }

    /// <summary>The canonical names of what a plan selects, in its order.</summary>
    public static IReadOnlyList<string> NamesOf(TuningPlan plan, SequenceClassifier model) =>
        [.. plan.Selected.Select(matrix => NameOf(model, matrix)!)];

    /// <summary>
    /// The selected weights, which get adapters where the method is LoRA; what else is selected, biases and norms, trains itself.
    /// </summary>
    public static IEnumerable<string> WeightsAmong(IReadOnlyList<string> selected, SequenceClassifier model) =>
        selected.Where(name => model.get_parameter(name)!.Dimensions > 1);

    private static string? NameOf(SequenceClassifier model, ScannedMatrix matrix) =>
        ModelLoader.CanonicalName(model.Encoder.Config.Family, matrix.Name);
}
