namespace Microsoft.ML.KappaTune.Reports;

/// <summary>
/// Ways to fine-tune one base model on one task, what each learnt and what each forgot: the file <c>comparison.json</c>, whose fields
/// docs/comparison-json.md explains. Names are in camel case there; what isn't known is null.
/// </summary>
internal sealed record ComparisonDocument
{
    /// <summary>The version of the file's form.</summary>
    public int Format { get; init; } = ComparisonJson.Format;

    /// <summary>Tells this file from others: always <c>comparison</c>.</summary>
    public string Kind { get; init; } = ComparisonJson.Kind;

    /// <summary><c>methods</c>, or <c>per-tensor</c>, where each method is one tensor that trains alone.</summary>
    public required string Study { get; init; }

    public required ComparedBase Base { get; init; }

    public required ComparedTask Task { get; init; }

    /// <summary>The texts on which forgetting is measured; the first is the main one.</summary>
    public required IReadOnlyList<ComparedControl> Controls { get; init; }

    public required ComparisonSettings Settings { get; init; }

    public required IReadOnlyList<ComparedMethod> Methods { get; init; }

    /// <summary>Every finished run.</summary>
    public required IReadOnlyList<ComparisonCell> Cells { get; init; }

    /// <summary>Runs that gave no result.</summary>
    public IReadOnlyList<ComparisonFailure> Failures { get; init; } = [];

    public required ComparisonBaselines Baselines { get; init; }

    /// <summary>Null where no run has an epoch.</summary>
    public MatchedAdaptation? Matched { get; init; }

    /// <summary>Of the study <c>per-tensor</c>; empty for the other.</summary>
    public IReadOnlyList<ComparedTensor> PerTensor { get; init; } = [];

    /// <summary>What goes with forgetting over those tensors; empty where there are fewer than three.</summary>
    public IReadOnlyList<ForgettingCorrelation> Correlations { get; init; } = [];

    /// <summary>Their mean forgetting by role.</summary>
    public IReadOnlyList<ForgettingByRole> Roles { get; init; } = [];
}

/// <summary>The model that all runs begin from.</summary>
internal sealed record ComparedBase
{
    public required string Name { get; init; }

    /// <summary>Of the encoder and what of its head training keeps, without the task's new head.</summary>
    public required long Parameters { get; init; }

    public required string Fingerprint { get; init; }
}

/// <summary>What the runs learn.</summary>
internal sealed record ComparedTask
{
    public required string Name { get; init; }

    /// <summary>Rows to train on.</summary>
    public required int Train { get; init; }

    /// <summary>Rows to measure on.</summary>
    public required int Test { get; init; }

    public required int Classes { get; init; }
}

/// <summary>A text unlike the task's, and what the base model makes of it.</summary>
internal sealed record ComparedControl
{
    public required string Name { get; init; }

    /// <summary>In the windows that are measured, special ones included.</summary>
    public required int Tokens { get; init; }

    /// <summary>Of those, the ones to guess.</summary>
    public required int MaskedTokens { get; init; }

    /// <summary>The base model's loss, in nats a guessed token.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of them that the base model guesses right.</summary>
    public required double Accuracy { get; init; }
}

/// <summary>What is the same for all runs, or what they are made of.</summary>
internal sealed record ComparisonSettings
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
    public required string Schedule { get; init; }

    /// <summary>Where it ran, in words.</summary>
    public required string Machine { get; init; }
}

/// <summary>A way to fine-tune.</summary>
internal sealed record ComparedMethod
{
    /// <summary>Such as <c>kappa-lowest</c>; cells and rows refer to it.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>One sentence for someone who has never heard of κ.</summary>
    public required string Description { get; init; }

    /// <summary><c>reference</c>, <c>selection</c>, <c>control</c>, <c>adapter</c> or <c>tensor</c>.</summary>
    public required string Group { get; init; }

    /// <summary>Numbers that train, the new head's included; of the first draw where there are several.</summary>
    public required long Trainable { get; init; }

    /// <summary>Of the base's tensors, how many train or have an adapter.</summary>
    public required int Tensors { get; init; }

    /// <summary>The rank of the adapters; 0 where the tensors themselves train.</summary>
    public int Rank { get; init; }

    /// <summary>What the settings' learning rates are multiplied by for it.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Of the epochs, the first in which the new head trains alone.</summary>
    public int HeadEpochs { get; init; }

    /// <summary>What each draw chose; one for a method that isn't random.</summary>
    public required IReadOnlyList<MethodDraw> Draws { get; init; }
}

/// <summary>What of the base trains, or has an adapter.</summary>
internal sealed record MethodDraw
{
    /// <summary>From 0.</summary>
    public required int Draw { get; init; }

    /// <summary>Numbers that train, the new head's included.</summary>
    public required long Trainable { get; init; }

    /// <summary>The tensors' names in the checkpoint.</summary>
    public required IReadOnlyList<string> Tensors { get; init; }

    /// <summary>What should be known of it, such as that it couldn't match all it should.</summary>
    public string? Note { get; init; }
}

/// <summary>A run: a method, a draw, a learning rate and a seed, measured before its first step and after every epoch.</summary>
internal sealed record ComparisonCell
{
    public required string Method { get; init; }

    public int Draw { get; init; }

    /// <summary>The one that it ran with.</summary>
    public required double LearningRate { get; init; }

    public required int Seed { get; init; }

    /// <summary>All of it, measurements included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Numbers that trained, the new head's included.</summary>
    public long Trainable { get; init; }

    /// <summary>From epoch 0, before the first step, on.</summary>
    public required IReadOnlyList<ComparisonPoint> Points { get; init; }
}

/// <summary>A run at the end of an epoch.</summary>
internal sealed record ComparisonPoint
{
    public required int Epoch { get; init; }

    /// <summary>Mean cross-entropy of the training rows, in nats, without dropout.</summary>
    public required double TrainLoss { get; init; }

    /// <inheritdoc cref="TrainLoss"/>
    public required double TestLoss { get; init; }

    /// <summary>The share of the test rows whose class was found.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The mean of that over the classes.</summary>
    public required double MacroAccuracy { get; init; }

    /// <summary>In the order of the controls.</summary>
    public required IReadOnlyList<ControlRetention> Retention { get; init; }

    /// <summary>Mean cosine distance of the last layer's states from the base's, on the main control text.</summary>
    public required double Drift { get; init; }
}

/// <summary>What the base's own head makes of a control text, before training and at a point of it.</summary>
internal sealed record ControlRetention
{
    public required double LossBefore { get; init; }
    public required double LossAfter { get; init; }
    public required double AccuracyBefore { get; init; }
    public required double AccuracyAfter { get; init; }

    /// <summary>How much worse the text is guessed than by the base, in nats a token.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double Forgetting => LossAfter - LossBefore;
}

/// <summary>A run that ended without a result.</summary>
internal sealed record ComparisonFailure
{
    public required string Method { get; init; }
    public int Draw { get; init; }
    public required double LearningRate { get; init; }
    public required int Seed { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Message { get; init; }
}

/// <summary>What needs no base model, on the same test rows.</summary>
internal sealed record ComparisonBaselines
{
    /// <summary>The accuracy of always naming the training rows' most frequent class.</summary>
    public required double Majority { get; init; }

    /// <summary>That of a logistic regression on words and pairs of words; null where it wasn't asked for.</summary>
    public double? BagOfWords { get; init; }
}

/// <summary>All methods where they have learnt the same: at one training loss, to which each run is interpolated between epochs.</summary>
internal sealed record MatchedAdaptation
{
    public required double TrainLoss { get; init; }

    /// <summary>One for each method and learning rate, in the order of methods; <see cref="MatchedRow.Best"/> is set once a method.</summary>
    public required IReadOnlyList<MatchedRow> Rows { get; init; }
}

/// <summary>A method with one learning rate at the common training loss.</summary>
internal sealed record MatchedRow
{
    public required string Method { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Whether this is the method's learning rate: of those with most runs that reach, the one that forgets least.</summary>
    public required bool Best { get; init; }

    /// <summary>How much worse the main control text is guessed, in nats a token; null where no run reached the loss.</summary>
    public MeanInterval? Forgetting { get; init; }

    /// <summary>The same for every control, in their order.</summary>
    public required IReadOnlyList<MeanInterval> ForgettingByControl { get; init; }

    /// <summary>By how much the share of right guesses fell on the main control text.</summary>
    public MeanInterval? AccuracyLost { get; init; }

    /// <summary>On the test rows.</summary>
    public MeanInterval? Accuracy { get; init; }

    /// <inheritdoc cref="Accuracy"/>
    public MeanInterval? MacroAccuracy { get; init; }

    /// <inheritdoc cref="ComparisonPoint.Drift"/>
    public MeanInterval? Drift { get; init; }

    /// <summary>Epochs until then, counted in parts of one.</summary>
    public MeanInterval? Epochs { get; init; }

    /// <summary>Runs that reached the loss: all means are over these.</summary>
    public required int Reached { get; init; }

    /// <summary>All runs, failed ones among them.</summary>
    public required int Runs { get; init; }
}

/// <summary>A mean over runs with its 95 % interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">The lower end, by Student's t; null for one run.</param>
/// <param name="High">The upper end; null for one run.</param>
internal sealed record MeanInterval(double Mean, double? Low, double? High);

/// <summary>A tensor that trained alone, beside the new head.</summary>
internal sealed record ComparedTensor
{
    public required string Tensor { get; init; }

    /// <summary>In snake case, such as <c>feed_forward_in</c>.</summary>
    public required string Role { get; init; }

    /// <summary>From 0; null outside of layers.</summary>
    public int? Layer { get; init; }

    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>What can be known of it without training: <c>kappa</c>, <c>relativeKappa</c> and so on.</summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    /// <summary>At the common training loss, with its best learning rate; null where no run reached it.</summary>
    public MeanInterval? Forgetting { get; init; }

    /// <summary>The learning rate of that.</summary>
    public double? LearningRate { get; init; }

    public required int Reached { get; init; }

    public required int Runs { get; init; }
}

/// <summary>How far a score orders tensors as their forgetting does.</summary>
internal sealed record ForgettingCorrelation
{
    public required string Score { get; init; }

    /// <summary>Spearman's rank correlation over tensors, -1 to 1: above 0 where a higher score goes with more forgetting.</summary>
    public required double Spearman { get; init; }

    /// <summary>Lower end of the 95 % interval: bootstrap over tensors.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end of it.</summary>
    public required double High { get; init; }

    /// <summary>The same with ranks within a role only, so that neither shape nor place in the layer can speak; null where it can't be said.</summary>
    public double? WithinRole { get; init; }

    /// <summary>The same within a layer, so that depth can't.</summary>
    public double? WithinLayer { get; init; }

    /// <summary>Tensors behind it.</summary>
    public required int Tensors { get; init; }
}

/// <summary>Forgetting of the tensors of one role.</summary>
internal sealed record ForgettingByRole
{
    public required string Role { get; init; }
    public required int Tensors { get; init; }

    /// <summary>The mean over tensors of their means.</summary>
    public required MeanInterval Forgetting { get; init; }
}
