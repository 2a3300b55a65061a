using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>The model that all runs begin from.</summary>
public sealed record ComparedBase
{
    public required string Name { get; init; }

    /// <summary>Parameters of the encoder and of what training keeps of its head, without the task's new head.</summary>
    public required long Parameters { get; init; }

    public required string Fingerprint { get; init; }
}

/// <summary>What the runs learn.</summary>
public sealed record ComparedTask
{
    public required string Name { get; init; }

    /// <summary>Rows to train on.</summary>
    public required int Train { get; init; }

    /// <summary>Rows to measure on.</summary>
    public required int Test { get; init; }

    public required int Classes { get; init; }

    /// <summary>Parameters of the task's new head; null in files that don't say.</summary>
    public long? HeadParameters { get; init; }
}

/// <summary>A text unlike the task's, and what the base model makes of it.</summary>
public sealed record ComparedControlText
{
    public required string Name { get; init; }

    /// <summary>Tokens of the windows that are measured, special ones included.</summary>
    public required int Tokens { get; init; }

    /// <summary>How many of these tokens are guessed: hidden ones or, by a decoder, each that no earlier window had.</summary>
    public required int MaskedTokens { get; init; }

    /// <summary>Pairs of neighbouring sentences that a sentence encoder has to find; null for other models, which guess tokens.</summary>
    public int? Pairs { get; init; }

    /// <summary>Bytes of UTF-8 that a decoder's guessed tokens stand for; null for other models.</summary>
    public long? Bytes { get; init; }

    /// <summary>The factor from a decoder's loss in nats a token to bits a byte of this text; null for other models.</summary>
    [JsonIgnore]
    public double? BitsPerByteOfNat => Bytes is { } bytes && bytes > 0 ? MaskedTokens / (bytes * Math.Log(2)) : null;

    /// <summary>The base model's loss, in nats for each token that is guessed, or sentence.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of these tokens that the base model guesses right, or of sentences whose neighbour it finds.</summary>
    public required double Accuracy { get; init; }
}

/// <summary>The settings that all runs share, and the seeds and rates that they combine.</summary>
public sealed record ComparisonSettings
{
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The learning rates that were asked for; a method may multiply them by <see cref="ComparedMethod.RateFactor"/>.</summary>
    public required IReadOnlyList<double> LearningRates { get; init; }

    /// <summary>The learning rates of methods that have their own, by id; not multiplied by anything.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> MethodRates { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>The new head's learning rate, except in runs that train the head alone: those use the run's own.</summary>
    public required double HeadLearningRate { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>The share of the candidate tensors that the lowest κ takes; other methods get as many parameters.</summary>
    public required double Fraction { get; init; }

    /// <summary>How often each random method draws.</summary>
    public required int Draws { get; init; }

    /// <summary>How the learning rate changes over the steps, in words.</summary>
    [JsonRequired]
    public string Schedule { get; init; } = CellRunner.Schedule;

    /// <summary>Where it ran, in words.</summary>
    [JsonRequired]
    public string Machine { get; init; } = "";
}
