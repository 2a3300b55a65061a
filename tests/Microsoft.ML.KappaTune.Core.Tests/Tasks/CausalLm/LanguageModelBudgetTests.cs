using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

/// <summary>What tuning a language model may cost of what it knew.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LanguageModelBudgetTests : IDisposable
{
    private readonly TinyLanguageTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    private TuningOptions Probed => _tiny.Options with
    {
        RetentionText = _tiny.Text,
        LearningRate = null,
        MaxEpochs = 4,
        Budget = new() { MaximumDivergence = 0.05 },
    };

    [Fact]
    public void A_rate_is_found_within_the_budget()
    {
        (TuningReport report, SortedDictionary<string, float[]> weights) = _tiny.Tune(Probed);
        BudgetReport budget = report.Budget!;
        Assert.Equal(RetentionObjective.NextToken, budget.Objective);
        Assert.NotEmpty(budget.Probes);
        Assert.Equal(BudgetOutcome.Learned, budget.Outcome);
        Assert.True(budget.DecidedUsed <= 1);
        Assert.Equal(report.Retention!.Divergence, budget.Divergence);
        Assert.Equal(report.Retention.Windows, budget.HeldOutSamples);
        Assert.False(TinyTask.AreSame(_tiny.Untuned(), weights));
        // Nothing moves before the optimizer has seen some gradients, and no head trains meanwhile.
        Assert.All(report.Losses.Take(4), step => Assert.Equal(0, step.LearningRate));
        Assert.DoesNotContain("head", report.ToString());
    }

    [Fact]
    public void Where_all_of_it_is_used_the_run_ends()
    {
        (TuningReport report, SortedDictionary<string, float[]> weights) = _tiny.Tune(Probed with
        {
            LearningRate = 0.3,
            WarmupRatio = 0,
            Budget = new() { MaximumDivergence = 1e-7, MaximumRollbacks = 0 },
        });
        Assert.Equal(TuningStop.BudgetSpent, report.Stop);
        Assert.Equal(BudgetOutcome.HeadOnly, report.Budget!.Outcome);
        Assert.True(TinyTask.AreSame(_tiny.Untuned(), weights));
        Assert.Contains("Nothing was learnt within the budget: this is the base.", report.ToString());
        Assert.True(report.Losses.Count < 4 * 6);
    }

    [Fact]
    public void A_head_that_trains_is_compared_with_the_base_s_own()
    {
        TuningOptions options = Probed with
        {
            Selection = KappaSelection.LowestFraction(1) with { Include = ["lm_head.weight"], Heads = true },
        };
        (TuningReport report, SortedDictionary<string, float[]> weights) = _tiny.Tune(options);
        Assert.NotEqual(0, report.Budget!.Decided!.Divergence);
        Assert.False(TinyTask.AreSame(_tiny.Untuned(), weights));
    }

    [Fact]
    public void Resumed_within_a_budget_is_bit_for_bit_uninterrupted()
    {
        (TuningReport whole, SortedDictionary<string, float[]> weights) = _tiny.Tune(Probed);
        TuningOptions kept = Probed with { CheckpointDirectory = _tiny.States, CheckpointEvery = 1 };
        Assert.Throws<InvalidTimeZoneException>(() => _tiny.Tune(kept with
        {
            Progress = told =>
            {
                if (told.Phase == TuningPhase.Training && told.Step > 12)
                    throw new InvalidTimeZoneException();
            },
        }));
        (TuningReport resumed, SortedDictionary<string, float[]> others) = _tiny.Tune(kept with { Resume = true });
        Assert.Equal(whole.Losses, resumed.Losses);
        Assert.Equal(whole.Budget!.DecidedUsed, resumed.Budget!.DecidedUsed);
        TinyTask.AssertSame(weights, others);
    }
}
