using Microsoft.ML.KappaTune.ConditionNumbers;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds what all singular values say about the matrix in each row; made by <c>mlContext.Transforms.KappaSpectralReport</c>. Immutable.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and content</description></listheader>
/// <item><term>Weight, read</term><description>vector of <see cref="float"/>: the matrix's values, row by row</description></item>
/// <item><term>Rows, Columns, read</term><description><see cref="long"/>: its dimensions</description></item>
/// <item><term>Name, read</term><description>text that names it in errors; optional</description></item>
/// <item><term>SpectralNorm, FrobeniusNorm, added</term><description><see cref="double"/>: the matrix's norms</description></item>
/// <item><term>LogVolume, EntropyBound, added</term>
/// <description><see cref="double"/>: nats, as <see cref="SpectralReport"/> explains them</description></item>
/// <item><term>StableRank, EffectiveRank, added</term>
/// <description><see cref="double"/>: over how many dimensions it spreads</description></item>
/// </list>
/// </remarks>
public sealed class KappaSpectralReportEstimator : IEstimator<KappaSpectralReportTransformer>
{
    private readonly KappaSpectralReportTransformer _transformer;

    internal KappaSpectralReportEstimator(MatrixColumns matrices) => _transformer = new(matrices);

    /// <summary>Checks the columns; there's nothing to learn, and no row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public KappaSpectralReportTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Function.Extend(inputSchema);
}
