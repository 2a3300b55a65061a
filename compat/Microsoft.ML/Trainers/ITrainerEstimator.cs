namespace Microsoft.ML.Trainers;

/// <summary>An estimator that trains a model.</summary>
/// <typeparam name="TTransformer">The transformer that predicts with the model.</typeparam>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public interface ITrainerEstimator<out TTransformer, out TModel> : IEstimator<TTransformer>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    /// <summary>What the trainer wants of its data.</summary>
    TrainerInfo Info { get; }
}
