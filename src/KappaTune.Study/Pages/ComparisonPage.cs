namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// What the page and the picture of a comparison show. The members' names, in snake case, are those that the page's script reads. What
/// isn't known is null.
/// </summary>
internal sealed record ComparisonPage
{
    public required string Heading { get; init; }

    /// <summary>What was compared, and what came out: two sentences.</summary>
    public required string[] Lead { get; init; }

    /// <summary>The limits of these sentences; <see cref="TooFewRuns"/> is one of them.</summary>
    public required string[] Notes { get; init; }
    public required PageFigure[] Figures { get; init; }

    /// <summary>What is guessed of control texts: hidden words or, by a language model, the next ones.</summary>
    public required string Guessed { get; init; }

    /// <summary>The names of the control texts; the first is the main one.</summary>
    public required string[] Controls { get; init; }

    /// <summary>The parameters of the base model and of the task's new head; null where the head's aren't known.</summary>
    public required long? Parameters { get; init; }
    public required double? MatchedLoss { get; init; }

    /// <summary>The word error rate at which models that hear are compared; null of others.</summary>
    public required double? MatchedErrors { get; init; }

    /// <summary>Whether models that hear are compared.</summary>
    public required bool OfSpeech { get; init; }

    /// <summary>The methods, the one that forgot least first; empty where single tensors are compared.</summary>
    public required PageMethod[] Methods { get; init; }

    /// <summary>
    /// Accuracy against the forgetting of each control text or, of models that hear, word errors and bits a byte by step, as SVG; null
    /// where no run has an end.
    /// </summary>
    public string?[] Charts { get; init; } = [];

    /// <summary>The method in question against each other one, in words.</summary>
    public required PageFact[] Verdict { get; init; }
    public required PageBaseline[] Baselines { get; init; }

    /// <summary>The tensors that trained alone, the one that made the model forget least first; empty where methods are compared.</summary>
    public required PageTensor[] Tensors { get; init; }
    public required PageMark[] Roles { get; init; }
    public required PageScore[] Scores { get; init; }

    /// <summary>Why intervals are missing, in a sentence; null where none is.</summary>
    public required string? TooFewRuns { get; init; }
    public required PageFact[] Facts { get; init; }
}

/// <summary>A figure that stands out on the page.</summary>
internal sealed record PageFigure(string Name, string Value, string Detail);

/// <summary>A line of a list.</summary>
internal sealed record PageFact(string Name, string Value);

/// <summary>An accuracy that is reached without the model.</summary>
internal sealed record PageBaseline(string Name, string Description, double Accuracy);

/// <summary>How something is marked in charts.</summary>
/// <param name="Light">The colour on white.</param>
/// <param name="Dark">The colour on black.</param>
/// <param name="Symbol">The shape of its points.</param>
internal record PageMark(string Title, string Light, string Dark, string Symbol);

/// <summary>A way to fine-tune.</summary>
internal sealed record PageMethod : PageMark
{
    public PageMethod(PageMark mark) : base(mark)
    {
    }

    public required string Description { get; init; }

    /// <summary>Whether it is the method in question.</summary>
    public required bool Hero { get; init; }
    public required bool Dashed { get; init; }
    public required long Trainable { get; init; }
    public required int Tensors { get; init; }

    /// <summary>The one it is compared with.</summary>
    public required double? LearningRate { get; init; }

    /// <summary>Forgetting at matched adaptation, on each control text.</summary>
    public required MeanInterval?[] Forgetting { get; init; }
    public required MeanInterval? Accuracy { get; init; }

    /// <summary>Seconds of training until then; null where a run doesn't say.</summary>
    public required MeanInterval? TrainingSeconds { get; init; }

    /// <summary>KL(base, tuned) on test rows then; null where it isn't known.</summary>
    public required MeanInterval? Divergence { get; init; }
    public required int Reached { get; init; }
    public required int Runs { get; init; }
    public required int Failed { get; init; }

    /// <summary>Means over runs with that learning rate, by epoch.</summary>
    public required PagePoint[] Points { get; init; }
    public required PageRate[] Rates { get; init; }
}

/// <summary>A method at the end of an epoch; epoch 0 is before the first step.</summary>
internal sealed record PagePoint(
    int Epoch, double? TrainLoss, double? Accuracy, double? MacroAccuracy, double?[] Forgetting, double?[] Guessed, int Runs)
{
    /// <summary>Steps until then, of models that hear; null of others.</summary>
    public int? Step { get; init; }

    /// <summary>The word error rate of the test rows, of models that hear; null of others.</summary>
    public MeanInterval? WordErrors { get; init; }

    /// <summary>Bits that a byte of each control text takes, of models that hear; null of others.</summary>
    public MeanInterval?[]? BitsPerByte { get; init; }
}

/// <summary>A method with one of its learning rates at matched adaptation.</summary>
internal sealed record PageRate(
    double LearningRate, bool Chosen, MeanInterval? Forgetting, MeanInterval? Accuracy, MeanInterval? Epochs, int Reached, int Runs);

/// <summary>A tensor that trained alone.</summary>
internal sealed record PageTensor(
    string Name, string Role, int? Layer, string Shape, IReadOnlyDictionary<string, double> Scores,
    MeanInterval? Forgetting, int Reached, int Runs);

/// <summary>A score of tensors, and its rank correlation with forgetting.</summary>
internal sealed record PageScore : PageMark
{
    public PageScore(PageMark mark) : base(mark)
    {
    }

    public required string Id { get; init; }
    public required string Description { get; init; }

    /// <summary>Whether it is κ.</summary>
    public required bool Hero { get; init; }
    public double? Mean { get; init; }
    public double? Low { get; init; }
    public double? High { get; init; }
    public double? WithinRole { get; init; }
    public double? WithinLayer { get; init; }
}
