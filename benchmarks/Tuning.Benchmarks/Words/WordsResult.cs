using Microsoft.ML.KappaTune;

/// <summary>What came of a run: a line of the results file.</summary>
internal sealed record WordsResult
{
    public required WordsCell Cell { get; init; }

    /// <summary>What ended the training before its time; null where nothing did, and then all else is known.</summary>
    public string? Failure { get; init; }

    /// <summary>How good the probabilities are: of words in each way in which they follow.</summary>
    public IReadOnlyList<WordsScored> Scored { get; init; } = [];

    /// <summary>Seconds by the clock, from rows and files to the tuned model.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds that the processor spent on it.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Seconds by the clock for scoring the test rows.</summary>
    public double ScoringSeconds { get; init; }

    public int Steps { get; init; }

    public long TrainableParameters { get; init; }
}

/// <summary>Probabilities of test rows.</summary>
/// <param name="Scores">How they follow from words' likelihoods; null where there are no words.</param>
internal sealed record WordsScored(WordScores? Scores, ScoreMeasures Measures);
