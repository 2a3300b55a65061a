using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>The model that all runs begin from.</summary>
public sealed record ComparedBase
{
    public required string Name { get; init; }

    /// <summary>Of the encoder and what of its head training keeps, without the task's new head.</summary>
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
}

/// <summary>A text unlike the task's, and what the base model makes of it.</summary>
public sealed record ComparedControl
{
    public required string Name { get; init; }

    /// <summary>In the windows that are measured, special ones included.</summary>
    public required int Tokens { get; init; }

    /// <summary>Of those, the ones to guess.</summary>
    public required int MaskedTokens { get; init; }

    /// <summary>
    /// Of a sentence encoder, which finds neighbouring sentences: how many pairs of them; null for others, which guess tokens.
    /// </summary>
    public int? Pairs { get; init; }

    /// <summary>The base model's loss, in nats a guessed token, or a sentence.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of them that the base model guesses right, or of the sentences whose neighbour it finds.</summary>
    public required double Accuracy { get; init; }
}

/// <summary>What is the same for all runs, or what they are made of.</summary>
public sealed record ComparisonSettings
{
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>As asked for; a method may multiply them by <see cref="ComparedMethod.RateFactor"/>.</summary>
    public required IReadOnlyList<double> LearningRates { get; init; }

    /// <summary>Of the task's new head, whatever else trains; where nothing else does, a run's own rate.</summary>
    public required double HeadLearningRate { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>The share of the candidate tensors that the lowest κ takes; other methods get as many parameters.</summary>
    public required double Fraction { get; init; }

    /// <summary>How often each random method draws.</summary>
    public required int Draws { get; init; }

    /// <summary>Learning rates over the steps, in words.</summary>
    [JsonRequired]
    public string Schedule { get; init; } = CellRunner.Schedule;

    /// <summary>Where it ran, in words.</summary>
    [JsonRequired]
    public string Machine { get; init; } = "";
}
