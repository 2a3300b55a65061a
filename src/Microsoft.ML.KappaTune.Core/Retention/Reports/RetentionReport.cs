using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// What a tuned model kept of what its base model knew: the base's own objective on a control text before and after tuning, and how far
/// the hidden states moved. Immutable.
/// </summary>
public sealed record RetentionReport
{
    /// <summary>The control text's path, or its name where it is no file.</summary>
    public required string Text { get; init; }

    /// <summary>Windows of the text that were measured, or pairs of neighbouring sentences of it.</summary>
    public required int Windows { get; init; }

    /// <summary>Tokens in them, special ones included.</summary>
    public required int Tokens { get; init; }

    /// <summary>
    /// Tokens that the models had to guess: the masked ones or, for decoders, every token that no earlier window had. 0 where no tokens
    /// were guessed.
    /// </summary>
    public required int MaskedTokens { get; init; }

    /// <summary>
    /// What the models had to do. Null where the base model has no head for words and isn't a sentence encoder; then only <see
    /// cref="Drift"/> is measured.
    /// </summary>
    public RetentionObjective? Objective { get; init; }

    /// <summary>
    /// Mean cross-entropy of the tokens to guess, in nats: of encoders under the base model's head before and after, of decoders under each
    /// model's own. Of pairs of sentences, that of the choice of a sentence's neighbour among up to 50, both ways: logits are 20 times the
    /// cosines of the sentences' vectors. Null where <see cref="Objective"/> is.
    /// </summary>
    public RetentionChange? Loss { get; init; }

    /// <summary>
    /// The rise of <see cref="Loss"/> as a share of the base's, 0.02 for 2 %, with its interval; negative where it fell, null where
    /// <see cref="Objective"/> is.
    /// </summary>
    [JsonIgnore]
    public RetentionEstimate? LossIncrease => Loss is not { } loss ? null : new()
    {
        Value = loss.Difference.Value / loss.Before.Value,
        Low = loss.Difference.Low / loss.Before.Value,
        High = loss.Difference.High / loss.Before.Value,
    };

    /// <summary>
    /// The share of the tokens to guess that were guessed right, or of the sentences whose neighbour was found, 0 to 1; null where
    /// <see cref="Objective"/> is.
    /// </summary>
    public RetentionChange? Accuracy { get; init; }

    /// <summary>
    /// The exponential of <see cref="Loss"/> where the objective is the next token: 1 is certainty, the vocabulary's size chance.
    /// </summary>
    public RetentionChange? Perplexity { get; init; }

    /// <summary>
    /// The sum of the losses of the tokens to guess, in bits, over the bytes of UTF-8 that they stand for, where the objective is the next
    /// token: so models of different tokenizers can be compared. Null elsewhere, and in reports of earlier versions.
    /// </summary>
    public RetentionChange? BitsPerByte { get; init; }

    /// <summary>
    /// KL(base, tuned) on the control text: the mean of the Kullback-Leibler divergence between what both predict, in nats an answer: a
    /// token to guess, or a sentence that finds its neighbour. Null where <see cref="Objective"/> is, and in reports of earlier versions.
    /// </summary>
    public RetentionEstimate? Divergence { get; init; }

    /// <summary>Texts of the task on which <see cref="TaskDivergence"/> was measured; 0 where it wasn't.</summary>
    public int TaskTexts { get; init; }

    /// <summary>
    /// KL(base, tuned) on the task's own inputs: how far what the tuned model predicts is from what its base does, as the mean
    /// Kullback-Leibler divergence of the predicted distributions, in nats a token. Encoders predict hidden tokens, both under the base
    /// model's head; decoders the next, each under its own. Null where the base model has no head to predict words with, or where no texts
    /// of the task were given.
    /// </summary>
    public RetentionEstimate? TaskDivergence { get; init; }

    /// <summary>How far the states of the embeddings and of every layer moved, on the same windows.</summary>
    public required IReadOnlyList<RetentionDrift> Drift { get; init; }
}
