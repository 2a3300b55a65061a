using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Cross-entropy with smoothed labels and weighted classes.</summary>
internal sealed class ClassificationLoss(double smoothing, Tensor? weights) : IRowLoss<TokenizedRows>
{
    /// <summary>
    /// The loss of a task: where classes are balanced, a row counts rows / (classes · rows of its class), so that rows still count 1 on
    /// average.
    /// </summary>
    public static ClassificationLoss Create(TextClassificationRequest request, Device device) => new(
        request.LabelSmoothing,
        WeightsOf(request) is { } weights ? tensor(weights, device: device).DetachFromDisposeScope() : null);

    /// <summary>How much a row of each class counts; null where all count the same.</summary>
    public static float[]? WeightsOf(TextClassificationRequest request)
    {
        if (request.ClassWeights == ClassWeights.None)
            return null;
        int[] counts = new int[request.Classes.Count];
        foreach (TextExample row in request.Train)
            counts[row.Label]++;
        int present = counts.Count(count => count > 0);
        return [.. counts.Select(count => count == 0 ? 0 : (float)(request.Train.Count / ((double)present * count)))];
    }

    public IDisposable? Watch() => null;

    public double Backward(TextModel model, Tensor states, TokenizedRows rows, TokenBatch batch, int counted)
    {
        Tensor share = Sum(model.Head(states), rows.LabelsOf(batch.Rows, states.device)).DividedBy(counted);
        share.backward();
        return share.item<float>();
    }

    /// <summary>
    /// Σ w_y · ((1 − ε) · −log p_y + ε/K · Σ_c −log p_c), in float32. Summed, not averaged, so that the parts of a step add up.
    /// </summary>
    /// <param name="logits">[batch, K], of any type.</param>
    /// <param name="labels">[batch].</param>
    public Tensor Sum(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        Tensor logs = logits.to(float32).log_softmax(-1); // [batch, K]
        Tensor losses = -logs.gather(1, labels.unsqueeze(1)).squeeze(1); // [batch]
        if (smoothing > 0)
            losses = losses.Times(1 - smoothing) - logs.mean([-1L]).Times(smoothing);
        if (weights is not null)
            losses = losses * weights.index_select(0, labels);
        return losses.sum().MoveToOuterDisposeScope();
    }

    public void Dispose() => weights?.Dispose();
}
