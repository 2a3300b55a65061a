using Microsoft.ML.KappaTune.CheckpointData;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Selections;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Ranks the rows of a checkpoint by their scores and selects among them; made by <c>mlContext.Transforms.KappaSelection</c>. Immutable.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and content</description></listheader>
/// <item><term>Name, Role, DataType, read</term>
/// <description>text, as <see cref="KappaTuneCatalog.LoadFromCheckpoint"/> gives it</description></item>
/// <item><term>Expert, Dimensions, read</term><description><see cref="int"/>, likewise</description></item>
/// <item><term>Rows, Columns, read</term><description><see cref="long"/>, likewise</description></item>
/// <item><term>Kappa, read</term><description><see cref="double"/>: the score; NaN for a vector</description></item>
/// <item><term>Rank, added</term>
/// <description><see cref="int"/>: the place among the candidates, from 1; 0 for what is no candidate</description></item>
/// <item><term>Selected, added</term><description><see cref="bool"/>: whether the matrix trains</description></item>
/// </list>
/// </remarks>
public sealed class KappaSelectionEstimator : IEstimator<KappaSelectionTransformer>
{
    private readonly KappaSelection _selection;

    internal KappaSelectionEstimator(KappaSelection selection)
    {
        SelectionCheck.Validate(selection);
        if (selection.Fused != FusedMatrices.Whole)
        {
            throw new ArgumentException(
                OptionInfo.Problem(nameof(selection.Fused), selection.Fused, "Whole, because a checkpoint's rows are whole matrices"),
                nameof(selection));
        }

        _selection = selection;
    }

    /// <summary>Reads the scores of all rows, once, and decides about each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    /// <exception cref="ArgumentException">A pattern of the selection matches nothing, or nothing would be selected.</exception>
    /// <exception cref="InvalidOperationException">A row holds what no matrix has.</exception>
    public KappaSelectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var plan = TuningPlan.Create(ScoredRows.Read(input), _selection);
        return new(plan.Matrices.ToDictionary(
            planned => new MatrixKey(planned.Matrix.Name, planned.Matrix.Expert ?? CheckpointColumns.None),
            planned => new Decision(planned.Rank ?? 0, planned.Selected)));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (ColumnSpec input in ScoredRows.Inputs)
            input.Check(inputSchema);
        return KappaSelectionFunction.Undecided.Extend(inputSchema);
    }
}
