namespace Microsoft.ML.KappaTune.Training;

/// <summary>What the loop needs of a run's options.</summary>
internal sealed record TrainingSettings
{
    /// <summary>Decides about dropout.</summary>
    public required int Seed { get; init; }

    public required int TotalSteps { get; init; }

    /// <summary>The factor on the highest learning rate in each step.</summary>
    public required LearningRates Rates { get; init; }

    /// <summary>The factor in each step for the parameters of a new head.</summary>
    public required LearningRates HeadRates { get; init; }

    /// <summary>The longest allowed 2-norm of all gradients together.</summary>
    public required double GradientClip { get; init; }

    /// <summary>Which options to change where training diverges.</summary>
    public required string Remedy { get; init; }

    public NotFiniteNumberException Diverged(int step, double loss, double learningRate)
    {
        string what = double.IsFinite(loss) ? "a gradient isn't finite" : FormattableString.Invariant($"the loss is {loss}");
        string where = FormattableString.Invariant($"in step {step} of {TotalSteps}, at a learning rate of {learningRate:0.##e+0}");
        return new($"Training diverged: {where}, {what}. {Remedy}");
    }
}
