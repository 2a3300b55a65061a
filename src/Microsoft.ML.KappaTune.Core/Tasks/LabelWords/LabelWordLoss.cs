using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.LabelWords;

/// <summary>Cross-entropy of the words' tokens, in float32, of which each counts as its class does.</summary>
internal sealed class LabelWordLoss(TextClassificationRequest request) : IRowLoss<LanguageModelRows>
{
    private readonly float[]? _weights = ClassificationLoss.WeightsOf(request);

    public IDisposable? Watch() => null;

    /// <param name="logits">Of the batch's places, [M, vocabulary], of any type.</param>
    public Tensor Sum(Tensor logits, LanguageModelRows rows, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor targets = rows.TargetsOf(batch.Rows, logits.device);
        if (_weights is null)
            return nn.functional.cross_entropy(logits.to(float32), targets, reduction: nn.Reduction.Sum).MoveToOuterDisposeScope();
        float[] weights =
            [.. batch.Rows.SelectMany(row => Enumerable.Repeat(_weights[request.Train[row].Label], rows.CountedIn(row)))];
        Tensor losses = nn.functional.cross_entropy(logits.to(float32), targets, reduction: nn.Reduction.None);
        return losses.mul(tensor(weights, device: logits.device)).sum().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
    }
}
