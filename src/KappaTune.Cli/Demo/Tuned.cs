using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace KappaTune.Cli.Demo;

/// <summary>A model that was tuned one way, and what it does on the test tickets.</summary>
/// <param name="Elapsed">How long it took, from reading the base to the last measurement.</param>
internal sealed record Tuned(
    string Way, TransformerChain<KeyToValueMappingTransformer> Model,
    TuningReport Report, MulticlassClassificationMetrics Metrics, TimeSpan Elapsed) : IDisposable
{
    /// <summary>A gradient and AdamW's two moments for each number that trains, of four bytes.</summary>
    private const int BytesPerNumber = 3 * sizeof(float);

    /// <summary>What training takes beside the model itself and what a batch needs.</summary>
    public long TrainingBytes => BytesPerNumber * Report.TrainableParameters;

    /// <summary>The highest learning rate that it began with.</summary>
    public double LearningRate => Report.Budget?.LearningRate ?? Report.Losses.Max(step => step.LearningRate);

    /// <summary>
    /// How much higher its loss is at what the base was trained to do, as a share of the base's; null where that can't be measured.
    /// </summary>
    public RetentionEstimate? Lost => Report.Retention?.LossIncrease;

    public void Dispose() => Model.Dispose();
}
