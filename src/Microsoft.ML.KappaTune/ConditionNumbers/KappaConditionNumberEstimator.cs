using Microsoft.ML.KappaTune.ConditionNumbers;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds the condition number of the matrix in each row; made by <c>mlContext.Transforms.KappaConditionNumber</c>. Immutable.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and content</description></listheader>
/// <item><term>Weight, read</term><description>vector of <see cref="float"/>: the matrix's values, row by row</description></item>
/// <item><term>Rows, Columns, read</term><description><see cref="long"/>: its dimensions</description></item>
/// <item><term>Name, read</term><description>text that names it in errors; optional</description></item>
/// <item><term>Kappa, added</term><description><see cref="double"/>: σ_max / σ_min; +∞ where σ_min is zero</description></item>
/// <item><term>RelativeKappa, added</term>
/// <description><see cref="double"/>: Kappa over that of a random Gaussian matrix of the shape</description></item>
/// <item><term>SigmaMax, SigmaMin, added</term>
/// <description><see cref="double"/>: the largest and the smallest singular value</description></item>
/// </list>
/// </remarks>
public sealed class KappaConditionNumberEstimator : IEstimator<KappaConditionNumberTransformer>
{
    private readonly KappaConditionNumberTransformer _transformer;

    internal KappaConditionNumberEstimator(MatrixColumns matrices) => _transformer = new(matrices);

    /// <summary>Checks the columns; there's nothing to learn, and no row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public KappaConditionNumberTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Function.Extend(inputSchema);
}
