using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune;

namespace KappaTune.Cli.Tests.Output;

/// <summary>What is written of a training where there is no terminal.</summary>
public class TuningBarTests
{
    private static readonly TuningProgress Training = new(
        TuningPhase.Training, 40, 400, 2, 10, 0.5123, 2e-4, 123.4, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(9), null);

    [Fact]
    public void Learning_and_keeping_stand_side_by_side() => Assert.Equal(
        "Epoch 2/10, loss 0.512, 61 % of the budget used, 9 min 0 s left, step 40/400, 123 rows/s, lr 2.0e-4",
        Line(Keeping(0.6124)));

    [Fact]
    public void Without_a_budget_there_is_nothing_to_keep() =>
        Assert.Equal("Epoch 2/10, loss 0.512, 9 min 0 s left, step 40/400, 123 rows/s, lr 2.0e-4", Line(Training));

    [Theory]
    [InlineData(0.0523, "5.2 % of the budget used")]
    [InlineData(1.5, "150 % of the budget used")]
    [InlineData(-0.3, "0 % of the budget used")]
    [InlineData(double.NaN, "more than all of the budget used")]
    public void What_was_used_is_a_share(double used, string words) =>
        Assert.Contains($", {words}, ", Line(Keeping(used)));

    [Theory]
    [InlineData(BudgetAction.RolledBack, "back to 62 % of the budget used")]
    [InlineData(BudgetAction.Frozen, "frozen at 62 % of the budget used")]
    public void After_it_went_back_it_says_to_what(BudgetAction action, string words) => Assert.Equal(
        $"Epoch 2/10, loss 0.512, {words}, 9 min 0 s left, step 40/400, 123 rows/s, lr 2.0e-4",
        Line(Training with { Keeping = Used(1.15) with { Action = action }, Used = 0.62 }));

    [Fact]
    public void A_language_model_has_tokens_and_a_perplexity()
    {
        Assert.EndsWith(", step 40/400, 123 tokens/s, lr 2.0e-4", Line(Training, countsTokens: true));
        TuningProgress validated = Training with { Phase = TuningPhase.Validated, Validation = new(Math.Log(12), 0.5, 0.4) };
        Assert.Equal("Epoch 2/10: validation loss 2.4849, perplexity 12", Line(validated, countsTokens: true));
        Assert.Equal("Epoch 2/10: validation loss 2.4849, accuracy 50.0 %", Line(validated));
    }

    [Theory]
    [InlineData(TuningPhase.Probing, 12, 60, "Finding the learning rate: step 12/60")]
    [InlineData(TuningPhase.Deciding, 1, 4, "Measuring against the budget: 1/4")]
    [InlineData(TuningPhase.Encoding, 8, 16, "Encoding: 8/16 rows")]
    public void Before_and_after_training_it_says_what_it_does(TuningPhase phase, int step, int all, string line)
    {
        using var written = new StringWriter();
        var progress = new TuningProgress(
            phase, step, all, 0, 10, double.NaN, double.NaN, double.NaN, TimeSpan.FromMinutes(1), null, null);
        TuningBar.Show(written, countsTokens: false, report =>
        {
            report(progress);
            report(progress with { Step = all });
            return 0;
        });
        Assert.Equal(line.Replace($" {step}/", $" {all}/", StringComparison.Ordinal), written.ToString().TrimEnd());
    }

    [Fact]
    public void An_encoder_that_learns_alone_is_as_a_training() => Assert.Equal(
        "The encoder alone: epoch 2/10, loss 0.512, 9 min 0 s left, step 40/400",
        Line(Training with { Phase = TuningPhase.EncoderAlone, RowsPerSecond = double.NaN }, countsTokens: true));

    [Fact]
    public void Transcripts_that_take_no_time_are_not_told_and_no_step_is_told_twice()
    {
        TuningProgress writing = Training with { Phase = TuningPhase.Transcribing, Loss = double.NaN };
        using var written = new StringWriter();
        TuningBar.Show(written, countsTokens: false, report =>
        {
            report(Training);
            report(writing with { Step = 20 });
            report(writing with { Step = 400 });
            report(Training);
            return 0;
        });
        Assert.Equal(Line(Training), written.ToString().TrimEnd());
    }

    private static TuningProgress Keeping(double used) => Training with { Keeping = Used(used), Used = used };

    private static string Line(TuningProgress progress, bool countsTokens = false)
    {
        using var written = new StringWriter();
        TuningBar.Show(written, countsTokens, report =>
        {
            report(progress);
            return 0;
        });
        return written.ToString().TrimEnd();
    }

    private static BudgetPoint Used(double share) => new()
    {
        Step = 40,
        TrainingLoss = 0.5,
        Measured = new() { LossIncrease = 0.02 * share },
        Used = share,
        Expected = share,
        Action = BudgetAction.None,
        LearningRate = 2e-4,
    };
}
