using Microsoft.ML.KappaTune.Training.Optimization;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>
/// How much of the gradients' energy the batches share, from an optimizer's moments, and what follows for how far weights go: what batches
/// share adds up over the steps, the rest goes as a random walk does. docs/method.md has the derivation.
/// </summary>
internal sealed class GradientAgreement
{
    // Batches that the first moments are a mean of: (Σw)²/Σw², with weights w = β₁ᵏ.
    private readonly double _batches;
    private readonly double _shared;

    /// <param name="optimizer">Has moments of some steps.</param>
    public GradientAgreement(FlatAdamW optimizer)
    {
        using var mode = no_grad();
        (double beta1, double beta2) = (optimizer.Beta1, optimizer.Beta2);
        double firsts = 0, seconds = 0;
        long steps = 0;
        foreach (AdamWGroup group in optimizer.Groups.Where(group => !group.Parameters.IsHead))
        {
            using var scope = NewDisposeScope();
            steps = group.Steps;
            double first = 1 - Math.Pow(beta1, steps), second = 1 - Math.Pow(beta2, steps);
            firsts += group.FirstMoments.dot(group.FirstMoments).item<float>() / (first * first);
            seconds += group.SecondMoments.sum().item<float>() / second;
        }

        double all = (1 + beta1) / (1 - beta1);
        _batches = all * (1 - Math.Pow(beta1, steps)) / (1 + Math.Pow(beta1, steps));
        // E m² = shared + rest / batches, of shared + rest = E g² = v.
        _shared = steps < 2 || seconds == 0 ? 1 : Math.Clamp((firsts / seconds - 1 / _batches) / (1 - 1 / _batches), 0, 1);
    }

    /// <param name="shared">The share of the energy that batches share, 0 to 1.</param>
    /// <param name="batches">The batches that the first moments are a mean of.</param>
    public GradientAgreement(double shared, double batches) => (_shared, _batches) = (shared, batches);

    /// <summary>How far steps go: those of one at a rate of 1 go 1 far.</summary>
    public double LengthOf(StepSums steps) => Math.Sqrt(_shared * steps.Path * steps.Path + (1 - _shared) * steps.Squares);

    /// <summary>How many times as far a run's steps go as those of a probe.</summary>
    /// <param name="probed">The sum of the rates of the probe's steps, which are too few to change the first moments much.</param>
    public double DistanceOf(StepSums run, double probed) =>
        LengthOf(run) / (Math.Sqrt(_shared + (1 - _shared) / _batches) * probed);

    /// <summary>How many times the rates of steps to come may be as high, so that all together go so far; 0 where those done do already.</summary>
    public double FactorTo(double length, StepSums done, StepSums toCome)
    {
        double missing = length * length - LengthOf(done) * LengthOf(done);
        if (!(missing > 0))
            return 0;
        // The positive root of |done + f · toCome|² = length².
        double square = LengthOf(toCome) * LengthOf(toCome), half = _shared * done.Path * toCome.Path;
        return missing / (half + Math.Sqrt(half * half + square * missing));
    }
}
