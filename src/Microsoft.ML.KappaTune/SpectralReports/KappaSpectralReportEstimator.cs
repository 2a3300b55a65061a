using Microsoft.ML.KappaTune.ConditionNumbers;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Adds what all singular values say about the matrix in each row; made by <c>mlContext.Transforms.KappaSpectralReport</c>. Immutable.
/// </summary>
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
