namespace Microsoft.ML.Data;

/// <summary>An estimator of a chain, when its transformer applies, and whether the data is kept in memory after it.</summary>
internal sealed record EstimatorLink(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter);
