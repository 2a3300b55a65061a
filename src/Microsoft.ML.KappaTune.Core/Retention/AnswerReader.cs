namespace Microsoft.ML.KappaTune.Retention;

/// <summary>What a model answered to some samples: windows, or pairs of sentences.</summary>
/// <param name="Samples">How many samples.</param>
/// <param name="Owners">For each answer its sample, from 0.</param>
/// <param name="Logits">For each answer, [M, choices].</param>
/// <param name="Targets">The right choices, [M].</param>
internal readonly record struct Answers(int Samples, IReadOnlyList<int> Owners, Tensor Logits, Tensor Targets);

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
