namespace Microsoft.ML;

/// <inheritdoc cref="PredictionEngineBase{TSrc, TDst}"/>
public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst> where TSrc : class where TDst : class, new()
{
    internal PredictionEngine(ITransformer transformer, PredictionEngineOptions options) : base(transformer, options)
    {
    }

    /// <inheritdoc/>
    public override void Predict(TSrc example, ref TDst prediction)
    {
        Contracts.CheckValue(example, nameof(example));
        Input.MoveTo(example);
        prediction ??= new TDst();
        Output.Fill(prediction);
    }
}
