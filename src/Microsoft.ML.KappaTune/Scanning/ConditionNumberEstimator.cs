using Microsoft.ML.KappaTune.Scanning;

namespace Microsoft.ML.KappaTune;

/// <summary>Adds the condition number of the matrix in each row; made by <c>mlContext.Transforms.ConditionNumber</c>. Immutable.</summary>
public sealed class ConditionNumberEstimator : IEstimator<ConditionNumberTransformer>
{
    private readonly ConditionNumberTransformer _transformer;

    internal ConditionNumberEstimator(MatrixColumns matrices) => _transformer = new(matrices);

    /// <summary>Checks the columns; there's nothing to learn, and no row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public ConditionNumberTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _transformer.Function.Extend(inputSchema);
}
