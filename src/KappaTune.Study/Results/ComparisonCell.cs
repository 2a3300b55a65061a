using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A run: a method, a draw, a learning rate and a seed, measured before its first step and after every epoch.</summary>
public sealed record ComparisonCell
{
    /// <summary>Names all that decides the result, in <c>runs.jsonl</c>; null elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    public required string Method { get; init; }

    public int Draw { get; init; }

    /// <summary>The learning rate of this run.</summary>
    public required double LearningRate { get; init; }

    public required int Seed { get; init; }

    /// <summary>How long the run took, measurements included.</summary>
    public required double Seconds { get; init; }

    /// <summary>How long the steps took, without measurements; null in files of earlier versions.</summary>
    public double? TrainingSeconds { get; init; }

    /// <summary>Parameters that trained, the new head's included.</summary>
    public long Trainable { get; init; }

    /// <summary>The measurements: epoch 0 is before the first step, then one after each epoch.</summary>
    public required IReadOnlyList<ComparisonPoint> Points { get; init; }
}

/// <summary>A run at the end of an epoch.</summary>
public sealed record ComparisonPoint
{
    public required int Epoch { get; init; }

    /// <summary>
    /// Mean cross-entropy of the training rows, in nats, without dropout; of a language model, of their tokens that the loss counts. Of a
    /// model that hears it is the mean of the epoch's steps, each before its own change, and before the first that of the first.
    /// </summary>
    public required double TrainLoss { get; init; }

    /// <summary>Mean cross-entropy of the test rows, in nats, as that of the training rows.</summary>
    public required double TestLoss { get; init; }

    /// <summary>
    /// The share of the test rows whose class was found, of a language model by the word that it holds likeliest; of a model that hears,
    /// the share of the tokens that it would have chosen, each after the right ones.
    /// </summary>
    public required double Accuracy { get; init; }

    /// <summary>The mean over the classes of the share of each class's test rows that was found.</summary>
    public required double MacroAccuracy { get; init; }

    /// <summary>What was kept on each control text, in their order.</summary>
    public required IReadOnlyList<ControlTextRetention> Retention { get; init; }

    /// <summary>Mean cosine distance of the last layer's states from the base's, on the main control text.</summary>
    public required double Drift { get; init; }

    /// <summary>
    /// KL(base, tuned) on test rows, in nats a token that is guessed, or on the main control text of a model that hears, whose base can't
    /// hear the rows; null where the base has no head to predict words with.
    /// </summary>
    public double? Divergence { get; init; }

    /// <summary>Steps until then, of a model that hears; absent of others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Step { get; init; }

    /// <summary>The word error rate of the test rows' transcripts, of a model that hears; absent of others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WordErrorRate { get; init; }

    /// <summary>The character error rate of the test rows' transcripts, of a model that hears; absent of others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? CharacterErrorRate { get; init; }

    /// <summary>Bits that a byte of the main control text takes, of a model that hears; absent of others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BitsPerByte { get; init; }
}

/// <summary>
/// How well a control text's hidden tokens are guessed under the base's own head, its next tokens under the model's, or its neighbouring
/// sentences found: before training and now.
/// </summary>
public sealed record ControlTextRetention
{
    public required double LossBefore { get; init; }
    public required double LossAfter { get; init; }
    public required double AccuracyBefore { get; init; }
    public required double AccuracyAfter { get; init; }

    /// <summary>The rise of the loss since before training, in nats for each token or sentence.</summary>
    [JsonIgnore]
    public double Forgetting => LossAfter - LossBefore;
}

/// <summary>A run that ended without a result.</summary>
public sealed record ComparisonFailure
{
    public required string Method { get; init; }
    public int Draw { get; init; }
    public required double LearningRate { get; init; }
    public required int Seed { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Message { get; init; }
}
