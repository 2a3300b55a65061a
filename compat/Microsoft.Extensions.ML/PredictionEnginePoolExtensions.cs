using Microsoft.ML;

namespace Microsoft.Extensions.ML;

/// <summary>Single predictions with a pool.</summary>
public static class PredictionEnginePoolExtensions
{
    /// <summary>The default model's prediction for <paramref name="example"/>. Can be called on any thread.</summary>
    public static TPrediction Predict<TData, TPrediction>(this PredictionEnginePool<TData, TPrediction> predictionEnginePool, TData example)
        where TData : class where TPrediction : class, new() => predictionEnginePool.Predict("", example);

    /// <summary>The prediction of the model of that name for <paramref name="example"/>. Can be called on any thread.</summary>
    public static TPrediction Predict<TData, TPrediction>(
        this PredictionEnginePool<TData, TPrediction> predictionEnginePool, string modelName, TData example)
        where TData : class where TPrediction : class, new()
    {
        PredictionEngine<TData, TPrediction> engine = predictionEnginePool.GetPredictionEngine(modelName);
        try
        {
            return engine.Predict(example);
        }
        finally
        {
            predictionEnginePool.ReturnPredictionEngine(modelName, engine);
        }
    }
}
