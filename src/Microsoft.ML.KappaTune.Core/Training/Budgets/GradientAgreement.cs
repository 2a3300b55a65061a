using Microsoft.ML.KappaTune.Training.Optimization;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>
/// How much of the gradients' energy the batches share, from an optimizer's moments, and what follows for how far weights go: what batches
/// share adds up over the steps, the rest goes as a random walk does. docs/method.md has the derivation.
/// </summary>
/// <param name="shared">The share of the energy that batches share, 0 to 1.</param>
/// <param name="batches">The batches that the first moments are a mean of.</param>
internal sealed class GradientAgreement(double shared, double batches)
{
    /// <param name="optimizer">Has moments of some steps.</param>
    public static GradientAgreement Of(FlatAdamW optimizer)
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

        // (Σw)²/Σw², with weights w = β₁ᵏ.
        double all = (1 + beta1) / (1 - beta1), batches = all * (1 - Math.Pow(beta1, steps)) / (1 + Math.Pow(beta1, steps));
        // E m² = shared + rest / batches, of shared + rest = E g² = v. Moments that say nothing, as none or too large ones, have it all shared.
        double ratio = firsts / seconds;
        double shared = steps < 2 || !double.IsFinite(ratio) ? 1 : Math.Clamp((ratio - 1 / batches) / (1 - 1 / batches), 0, 1);
        return new(shared, batches);
    }

    /// <summary>How far steps go: those of one at a rate of 1 go 1 far.</summary>
    public double LengthOf(StepSums steps) => Math.Sqrt(shared * steps.Path * steps.Path + (1 - shared) * steps.Squares);

    /// <summary>How many times as far a run's steps go as those of a probe.</summary>
    /// <param name="probed">The sum of the rates of the probe's steps, which are too few to change the first moments much.</param>
    public double DistanceOf(StepSums run, double probed) =>
        LengthOf(run) / (Math.Sqrt(shared + (1 - shared) / batches) * probed);

    /// <summary>How many times the rates of steps to come may be as high, so that all together go so far; 0 where those done do already.</summary>
    public double FactorTo(double length, StepSums done, StepSums toCome)
    {
        double missing = length * length - LengthOf(done) * LengthOf(done);
        if (!(missing > 0))
            return 0;
        // The positive root of |done + f · toCome|² = length².
        double square = LengthOf(toCome) * LengthOf(toCome), half = shared * done.Path * toCome.Path;
        return missing / (half + Math.Sqrt(half * half + square * missing));
    }
}
