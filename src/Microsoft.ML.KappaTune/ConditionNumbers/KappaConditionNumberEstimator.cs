using Microsoft.ML.KappaTune.ConditionNumbers;

namespace Microsoft.ML.KappaTune;

/// <summary>Adds the condition number of the matrix in each row; made by <c>mlContext.Transforms.KappaConditionNumber</c>. Immutable.</summary>
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
