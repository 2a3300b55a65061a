using Microsoft.ML.KappaTune.Models;
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

    /// <param name="states">Of the batch's places, [M, H], of any type.</param>
    public double Backward(TextModel model, Tensor states, LanguageModelRows rows, TokenBatch batch, int counted)
    {
        using var scope = NewDisposeScope();
        Tensor share = Sum(model.Head(states), rows, batch).DividedBy(counted);
        // Of a mixture's experts, none that trains may have computed.
        if (share.requires_grad)
            share.backward();
        return share.item<float>();
    }

    private Tensor Sum(Tensor logits, LanguageModelRows rows, TokenBatch batch)
    {
        Tensor targets = rows.TargetsOf(batch.Rows, logits.device);
        if (_weights is null)
            return nn.functional.cross_entropy(logits.to(float32), targets, reduction: nn.Reduction.Sum);
        float[] weights =
            [.. batch.Rows.SelectMany(row => Enumerable.Repeat(_weights[request.Train[row].Label], rows.CountedIn(row)))];
        Tensor losses = nn.functional.cross_entropy(logits.to(float32), targets, reduction: nn.Reduction.None);
        return losses.mul(tensor(weights, device: logits.device)).sum();
    }

    public void Dispose()
    {
    }
}
