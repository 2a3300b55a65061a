using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Scanning;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A plan that selects tensors by name, whatever their scores.</summary>
internal static class ExplicitPlan
{
    public static TuningPlan Create(Checkpoint checkpoint, IReadOnlyCollection<string> names)
    {
        HashSet<string> selected = [.. names];
        PlannedMatrix[] matrices =
        [
            .. checkpoint.Weights.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
                .SelectMany(MatrixList.From)
                .Select(matrix => new PlannedMatrix(
                    matrix, selected.Contains(matrix.Id), SelectionRule.Rank, null, "the comparison's choice")),
        ];
        // A plan has to name a policy, and the policies have no list of names: "as many of the lowest" comes nearest.
        return new(checkpoint.Path, KappaSelection.Lowest(Math.Max(1, names.Count)), matrices);
    }
}
