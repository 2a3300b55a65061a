namespace Microsoft.ML;

/// <summary>A transformer that scores with a trained model.</summary>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public interface IPredictionTransformer<out TModel> : ITransformer
{
    /// <summary>The model's parameters.</summary>
    TModel Model { get; }
}
