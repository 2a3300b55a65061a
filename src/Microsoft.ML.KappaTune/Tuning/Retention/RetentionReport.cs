namespace Microsoft.ML.KappaTune;

/// <summary>
/// What a tuned encoder kept of what its base model knew: the base's own objective on a control text before and after tuning, and how far
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

    /// <summary>Tokens in them that the models had to guess; 0 where the base model has no head for that.</summary>
    public required int MaskedTokens { get; init; }

    /// <summary>
    /// Mean cross-entropy of the masked tokens, in nats, under the base model's head before and after. Null where the base model has no
    /// such head: then only <see cref="Drift"/> is measured.
    /// </summary>
    public RetentionChange? Loss { get; init; }

    /// <summary>The share of the masked tokens that were guessed right, 0 to 1; null where <see cref="Loss"/> is.</summary>
    public RetentionChange? Accuracy { get; init; }

    /// <summary>How far the states of the embeddings and of every layer moved, on the same windows.</summary>
    public required IReadOnlyList<RetentionDrift> Drift { get; init; }
}
