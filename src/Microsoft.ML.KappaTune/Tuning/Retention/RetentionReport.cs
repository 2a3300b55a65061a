namespace Microsoft.ML.KappaTune;

/// <summary>
/// What a tuned model kept of what its base model knew: the base's own objective on a control text before and after tuning, and how far
/// the hidden states moved. Immutable.
/// </summary>
public sealed record RetentionReport
{
    /// <summary>The control text's path.</summary>
    public required string Text { get; init; }

    /// <summary>Windows of the text that were measured.</summary>
    public required int Windows { get; init; }

    /// <summary>Tokens in them, special ones included.</summary>
    public required int Tokens { get; init; }

    /// <summary>
    /// Tokens in them that the models had to guess: those that were masked or, by decoders, every token that an earlier window didn't have
    /// already. 0 where the base model has no head for that.
    /// </summary>
    public required int MaskedTokens { get; init; }

    /// <summary>What the models had to guess. Null where the base model has no head for that: then only <see cref="Drift"/> is measured.</summary>
    public RetentionObjective? Objective { get; init; }

    /// <summary>
    /// Mean cross-entropy of the tokens to guess, in nats: of encoders under the base model's head before and after, of decoders under each
    /// model's own. Null where <see cref="Objective"/> is.
    /// </summary>
    public RetentionChange? Loss { get; init; }

    /// <summary>The share of the tokens to guess that were guessed right, 0 to 1; null where <see cref="Objective"/> is.</summary>
    public RetentionChange? Accuracy { get; init; }

    /// <summary>The exponential of <see cref="Loss"/> where the objective is the next token: 1 is certainty, the vocabulary's size chance.</summary>
    public RetentionChange? Perplexity { get; init; }

    /// <summary>How far the states of the embeddings and of every layer moved, on the same windows.</summary>
    public required IReadOnlyList<RetentionDrift> Drift { get; init; }
}
