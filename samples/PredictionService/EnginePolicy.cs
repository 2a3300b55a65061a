using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

/// <summary>Makes prediction engines for a pool: an engine serves one caller at a time, the model under them serves all.</summary>
internal sealed class EnginePolicy(MLContext mlContext, ITransformer model) : PooledObjectPolicy<PredictionEngine<Ticket, Prediction>>
{
    private static readonly PredictionEngineOptions Options = new() { OwnsTransformer = false };

    public override PredictionEngine<Ticket, Prediction> Create() =>
        mlContext.Model.CreatePredictionEngine<Ticket, Prediction>(model, Options);

    public override bool Return(PredictionEngine<Ticket, Prediction> obj) => true;
}
