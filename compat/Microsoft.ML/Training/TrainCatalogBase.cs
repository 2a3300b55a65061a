using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What the catalogs of training tasks have in common.</summary>
public abstract partial class TrainCatalogBase
{
    private protected TrainCatalogBase(IHostEnvironment env) => Environment = env;

    internal IHostEnvironment Environment { get; }

    /// <summary>Trains on all folds but one, scores and evaluates that one, for each fold.</summary>
    private protected CrossValidationResult<TMetrics>[] CrossValidate<TMetrics>(
        IDataView data, IEstimator<ITransformer> estimator, int numFolds, string? samplingKeyColumnName, int? seed,
        Func<IDataView, TMetrics> evaluate)
        where TMetrics : class
    {
        Environment.CheckValue(data, nameof(data));
        Environment.CheckValue(estimator, nameof(estimator));
        Environment.CheckParam(numFolds > 1, nameof(numFolds), "Must be more than 1");
        return [.. new DataOperationsCatalog(Environment).CrossValidationSplit(data, numFolds, samplingKeyColumnName, seed)
            .Select((fold, index) =>
        {
            ITransformer model = estimator.Fit(fold.TrainSet);
            IDataView scored = model.Transform(fold.TestSet);
            return new CrossValidationResult<TMetrics>(model, evaluate(scored), scored, index);
        })];
    }

    /// <summary>A list of a task's components, which extension methods add to.</summary>
    public abstract class CatalogInstantiatorBase : IInternalCatalog
    {
        private protected CatalogInstantiatorBase(TrainCatalogBase owner) => Owner = owner;

        internal TrainCatalogBase Owner { get; }

        IHostEnvironment IInternalCatalog.Environment => Owner.Environment;
    }
}
