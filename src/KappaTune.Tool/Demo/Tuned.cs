using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Reports;
using Microsoft.ML.Transforms;

namespace KappaTune.Tool.Demo;

/// <summary>A model that was tuned one way, and what it does on the test tickets.</summary>
internal sealed record Tuned(
    string Way, TransformerChain<KeyToValueMappingTransformer> Model, TuningReport Report, MulticlassClassificationMetrics Metrics) : IDisposable
{
    /// <summary>The loss of the tickets that it learnt from, in its last epoch: how far it has adapted.</summary>
    public double TrainingLoss => Report.Epochs[Report.BestEpoch - 1].TrainingLoss;

    public TuningWay ForReport() => new(Way, Report, Metrics.MicroAccuracy);

    public void Dispose() => Model.Dispose();
}
