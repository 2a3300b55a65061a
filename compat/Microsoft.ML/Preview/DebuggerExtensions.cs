using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Looks at the first rows of data: for debuggers and notebooks, not for work.</summary>
public static class DebuggerExtensions
{
    private const int DefaultMaxRows = 100;

    /// <summary>The first rows.</summary>
    /// <param name="data">The data.</param>
    /// <param name="maxRows">The most rows to read.</param>
    public static DataDebuggerPreview Preview(this IDataView data, int maxRows = DefaultMaxRows)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(maxRows >= 0, nameof(maxRows), "Must be non-negative");
        return new DataDebuggerPreview(data, maxRows);
    }

    /// <summary>The first rows that a loader gives.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="source">What it loads.</param>
    /// <param name="maxRows">The most rows to read.</param>
    public static DataDebuggerPreview Preview<TSource>(this IDataLoader<TSource> loader, TSource source, int maxRows = DefaultMaxRows)
    {
        Contracts.CheckValue(loader, nameof(loader));
        return loader.Load(source).Preview(maxRows);
    }

    /// <summary>The first rows of what an estimator, fitted on the first rows of data, makes of the data.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="data">The data.</param>
    /// <param name="maxRows">The most rows to show.</param>
    /// <param name="maxTrainingRows">The most rows to fit on; positive.</param>
    public static DataDebuggerPreview Preview(
        this IEstimator<ITransformer> estimator, IDataView data, int maxRows = DefaultMaxRows, int maxTrainingRows = DefaultMaxRows)
    {
        Contracts.CheckValue(estimator, nameof(estimator));
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(maxTrainingRows >= 0, nameof(maxTrainingRows), "Must be non-negative");
        return estimator.Fit(new RowRange(data, 0, maxTrainingRows)).Preview(data, maxRows);
    }

    /// <summary>The first rows of what a transformer makes of data.</summary>
    /// <param name="transformer">The transformer.</param>
    /// <param name="data">The data.</param>
    /// <param name="maxRows">The most rows to show.</param>
    public static DataDebuggerPreview Preview(this ITransformer transformer, IDataView data, int maxRows = DefaultMaxRows)
    {
        Contracts.CheckValue(transformer, nameof(transformer));
        return transformer.Transform(data).Preview(maxRows);
    }
}
