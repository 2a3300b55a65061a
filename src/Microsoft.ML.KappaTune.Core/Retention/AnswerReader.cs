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

    /// <summary>
    /// The same by fewer samples at a time, each made when it is asked for: whoever is done with its logits frees them, so that those of
    /// a whole batch are never in memory.
    /// </summary>
    public virtual IEnumerable<Answers> ReadInPieces(WindowBatch batch, Tensor features) => Read(batch, features);
}

/// <summary>Tokens that were guessed.</summary>
/// <param name="head">States, [M, H], to logits, [M, vocabulary].</param>
/// <param name="mostAtOnce">Answers of a piece at most, if it isn't one window.</param>
internal sealed class GuessReader(Func<Tensor, Tensor> head, int mostAtOnce = int.MaxValue) : AnswerReader
{
    /// <summary>Of a decoder, which guesses nearly every token of a window that it didn't see before.</summary>
    public const int MostOfDecoder = 128;

    /// <summary>[M, H].</summary>
    public override Tensor FeaturesOf(WindowBatch batch, Tensor states) => batch.HiddenPlaces(states);

    public override IReadOnlyList<Answers> Read(WindowBatch batch, Tensor features) =>
        [new(batch.Count, batch.Owners, head(features), batch.Targets)];

    public override IEnumerable<Answers> ReadInPieces(WindowBatch batch, Tensor features)
    {
        int[] answers = new int[batch.Count];
        foreach (int owner in batch.Owners)
            answers[owner]++;
        for (int window = 0, first = 0, next, count; window < answers.Length; window = next, first += count)
        {
            (next, count) = (window + 1, answers[window]);
            // Windows without answers come along.
            while (next < answers.Length && (count == 0 || count + answers[next] <= mostAtOnce))
                count += answers[next++];
            int begin = window;
            yield return new(
                next - window, [.. batch.Owners.Skip(first).Take(count).Select(owner => owner - begin)],
                head(features.narrow(0, first, count)), batch.Targets.narrow(0, first, count));
        }
    }
}
