namespace Microsoft.ML.KappaTune.Retention;

/// <summary>What a model answered to some samples: windows, or pairs of sentences.</summary>
/// <param name="Samples">How many samples.</param>
/// <param name="Owners">For each answer its sample, from 0.</param>
/// <param name="Logits">For each answer, [M, choices].</param>
/// <param name="Targets">The right choices, [M].</param>
/// <param name="ChoicesAreSamples">Whether choice j is something of sample j, as sentences are that find each other.</param>
internal readonly record struct Answers(
    int Samples, IReadOnlyList<int> Owners, Tensor Logits, Tensor Targets, bool ChoicesAreSamples = false)
{
    /// <summary>
    /// Sums values of the answers by samples. Where samples are each other's choices, a sample also gets what the others' answers would be
    /// less by without it, less the mean of that over the samples: the sum stays, and how far the sums spread is how far chance goes (the
    /// jackknife; Efron and Stein, 1981).
    /// </summary>
    /// <param name="values">By answer, [M].</param>
    /// <param name="without">By answer and choice, what its value would be without that choice, [M, choices]; where choices are samples.</param>
    public double[] SumBySample(Tensor values, Func<Tensor> without)
    {
        double[] sums = new double[Samples];
        float[] each = [.. values.cpu().data<float>()];
        for (int i = 0; i < each.Length; i++)
            sums[Owners[i]] += each[i];
        if (!ChoicesAreSamples || Samples < 2)
            return sums;
        Tensor effects = values.unsqueeze(1) - without(); // [M, choices]
        // An answer's own sample has its whole value already.
        float[] others = [.. effects.scatter(1, Targets.unsqueeze(1), zeros_like(effects)).sum(0L).cpu().data<float>()];
        double mean = others.Average(effect => (double)effect);
        return [.. sums.Zip(others, (own, effect) => own + effect - mean)];
    }
}

/// <summary>Reads a model's answers from its last layer's states, batch by batch. A reader serves one pass over a probe's batches.</summary>
internal abstract class AnswerReader
{
    /// <summary>The part of the states that answers are made from; it belongs to the caller's dispose scope.</summary>
    /// <param name="states">The last layer's states, [B, T, H].</param>
    public abstract Tensor FeaturesOf(WindowBatch batch, Tensor states);

    /// <summary>The answers that are complete with this batch; their tensors belong to the caller's dispose scope.</summary>
    /// <param name="features">What <see cref="FeaturesOf"/> gave for it.</param>
    public abstract IReadOnlyList<Answers> Read(WindowBatch batch, Tensor features);
}

/// <summary>Tokens that were guessed.</summary>
/// <param name="head">States, [M, H], to logits, [M, vocabulary].</param>
internal sealed class GuessReader(Func<Tensor, Tensor> head) : AnswerReader
{
    /// <summary>[M, H].</summary>
    public override Tensor FeaturesOf(WindowBatch batch, Tensor states) => batch.HiddenPlaces(states);

    public override IReadOnlyList<Answers> Read(WindowBatch batch, Tensor features) =>
        [new(batch.Count, batch.Owners, head(features), batch.Targets)];
}
