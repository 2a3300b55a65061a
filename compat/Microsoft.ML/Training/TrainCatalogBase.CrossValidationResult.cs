namespace Microsoft.ML;

public abstract partial class TrainCatalogBase
{
    /// <summary>One fold of a cross-validation.</summary>
    /// <typeparam name="T">The metrics.</typeparam>
    public sealed class CrossValidationResult<T> where T : class
    {
        /// <summary>The model trained on the other folds.</summary>
        public readonly ITransformer Model;

        /// <summary>The model's metrics on this fold.</summary>
        public readonly T Metrics;

        /// <summary>This fold with the model's scores.</summary>
        public readonly IDataView ScoredHoldOutSet;

        /// <summary>The number of the fold, from 0.</summary>
        public readonly int Fold;

        internal CrossValidationResult(ITransformer model, T metrics, IDataView scoredHoldOutSet, int fold)
        {
            Model = model;
            Metrics = metrics;
            ScoredHoldOutSet = scoredHoldOutSet;
            Fold = fold;
        }
    }
}
