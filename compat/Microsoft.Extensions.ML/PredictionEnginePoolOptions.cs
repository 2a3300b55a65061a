namespace Microsoft.Extensions.ML;

/// <summary>Options of one model, named or default, of a pool.</summary>
public class PredictionEnginePoolOptions<TData, TPrediction> where TData : class where TPrediction : class, new()
{
    /// <summary>Where the model comes from.</summary>
    public ModelLoader ModelLoader { get; set; } = null!;
}
