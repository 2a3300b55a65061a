using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace KappaTune.Cli.Demo;

/// <summary>A model that was tuned one way, and what it does on the test tickets.</summary>
internal sealed record Tuned(
    string Way, TransformerChain<KeyToValueMappingTransformer> Model,
    TuningReport Report, MulticlassClassificationMetrics Metrics) : IDisposable
{
    /// <summary>A gradient and AdamW's two moments for each number that trains, of four bytes.</summary>
    private const int BytesPerNumber = 3 * sizeof(float);

    /// <summary>The loss of the tickets that it learnt from, in its last epoch: how far it has adapted.</summary>
    public double TrainingLoss => Report.Epochs[Report.BestEpoch - 1].TrainingLoss;

    /// <summary>What training takes beside the model itself and what a batch needs.</summary>
    public long TrainingBytes => BytesPerNumber * Report.TrainableParameters;

    public double LearningRate => Report.Losses.Max(step => step.LearningRate);

    /// <summary>How much worse it is at what the base was trained to do; null where that can't be measured.</summary>
    public RetentionEstimate? Forgotten => Report.Retention?.Loss?.Difference;

    public void Dispose() => Model.Dispose();
}
