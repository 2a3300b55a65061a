using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tests.Reports;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>A report's text says in words what came of a budget.</summary>
public class BudgetTextTests
{
    [Fact]
    public void Without_a_budget_nothing_is_said_of_one() => Assert.DoesNotContain("udget", TuningSample.Report().ToString());

    [Fact]
    public void A_budget_that_was_held() => Assert.Equal(
        """
        Budget        loss at most 2 % higher, on control </script>.txt
        Held          yes: 70 % used on 100 windows that decided nothing
        Loss change   +1.40 % (95 % +0.60 to +2.20)
        Rate          0.000314, found by 4 probes
        On the way    9 measurements: the rate fell once, the rate rose once, went back
                      once
        Mixed         90 % of the way from the base's weights to the trained ones, where
                      the upper bound is within
        Budget's time 9.0 s probing, 4.0 s watching, 3.0 s deciding: 20 % of the run
        """,
        Said(BudgetSample.Held()));

    [Fact]
    public void One_that_was_not_held_with_a_given_rate() => Assert.Equal(
        """
        Budget        loss at most 2 % higher, KL at most 0.05 nats, on control
                      </script>.txt
        Held          no: 104 % used on 100 windows that decided nothing
        Loss change   -0.30 % (95 % -0.90 to +0.20)
        KL on control 0.0520 nats a token (95 % 0.0470 to 0.0570)
        Rate          0.000314, as given
        On the way    4 measurements: what is selected stayed as it was from step 20 on
        Budget's time 9.0 s probing, 4.0 s watching, 3.0 s deciding: 20 % of the run
        """,
        Said(BudgetSample.Over()));

    [Fact]
    public void One_within_which_nothing_could_be_learnt()
    {
        string said = Said(BudgetSample.HeadOnly());
        Assert.Contains(
            "Outcome       Nothing but the new head was learnt within the budget: this is the\n              base with it. The head"
            + " was trained beside an encoder that isn't\n              kept.\n", said);
        Assert.Contains("Loss change   0.00 % (95 % 0.00 to 0.00)", said);
        Assert.DoesNotContain("Mixed", said);
    }

    [Fact]
    public void One_of_a_run_that_was_cancelled()
    {
        string said = Said(BudgetSample.Cancelled());
        Assert.Contains(
            "Outcome       Cancelled: whether the best epoch's weights are within the budget\n              wasn't measured.\n", said);
        Assert.DoesNotContain("Held", said);
        Assert.Contains("3 measurements: the rate fell once\n", said);
        // Nothing else of the run was counted.
        Assert.Contains("9.0 s probing, 4.0 s watching, 0.0 s deciding: 17 % of the run", said);
    }

    [Fact]
    public void One_whose_other_half_was_not_measured() => Assert.Contains(
        "Outcome       Within the budget on the half of the text that decides; the other\n              half wasn't measured.\n",
        Said(BudgetSample.Held() with { LossIncrease = null, Used = null, IsHeld = null }));

    [Fact]
    public void The_highest_rate_that_is_tried_is_called_that() => Assert.Contains(
        "Rate          0.008, found by 4 probes, the highest that is tried\n",
        Said(BudgetSample.Held() with { LearningRate = 8e-3 }));

    [Fact]
    public void A_rate_that_was_never_found_is_not_said_to_be_given() => Assert.Contains(
        "Rate          none found: the run ended before the selected tensors trained\n",
        Said(BudgetSample.Held() with { LearningRate = null, Probes = [], Course = [] }));

    [Fact]
    public void The_text_that_ships_is_said_to_be_English() => Assert.StartsWith(
        "Budget        loss at most 2 % higher, on English prose (the shipped sample)\n",
        Said(BudgetSample.Held() with { Text = ControlSource.Shipped.Name }));

    [Fact]
    public void One_of_drift_and_of_a_sentence_encoder()
    {
        string said = Said(BudgetSample.Held() with
        {
            Objective = RetentionObjective.SentencePairs,
            Budget = new() { MaximumDivergence = 0.1, MaximumDrift = 0.05 },
            HeldOutSamples = 1,
            LossIncrease = null,
            Divergence = new() { Value = 0.02, Low = 0.01, High = 0.03 },
            Drift = new() { Value = 0.0123, Low = 0.01, High = 0.015 },
            Course = [.. BudgetSample.Held().Course.Take(1)],
            Probes = [.. BudgetSample.Held().Probes.Take(1)],
        });
        Assert.Contains("used on 1 pair of sentences that decided nothing", said);
        Assert.Contains("KL on control 0.0200 nats a sentence (95 % 0.0100 to 0.0300)", said);
        Assert.Contains("States moved  0.0123 of cosine distance (95 % 0.0100 to 0.0150)", said);
        Assert.Contains("On the way    1 measurement, nothing to be done\n", said);
        Assert.Contains("found by 1 probe\n", said);
    }

    [Fact]
    public void Every_line_fits_80_columns()
    {
        BudgetReport budget = BudgetSample.Over() with
        {
            Text = "/texts/" + new string('t', 200) + "/\u001b[31m.txt",
            LossIncrease = new() { Value = double.PositiveInfinity, Low = -1e300, High = double.PositiveInfinity },
            Used = double.PositiveInfinity,
        };
        string[] lines = BudgetSample.Tuning(budget).ToString().Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.Contains(lines, line => line.StartsWith("Held          no: more than all used on", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_mixed_is_neither_an_epoch_s_model_nor_has_its_figures() => Assert.Contains(
        """
        Epochs        3, then no gain any more; the model is 90 % of the way from the
                      base to that of epoch 2
        Result        validation loss 0.4321, accuracy 77.5 %, by class 55.0 %

        """,
        BudgetSample.Tuning(BudgetSample.Held()).ToString());

    [Fact]
    public void So_is_a_base_that_got_a_new_head()
    {
        string text = BudgetSample.Tuning(BudgetSample.HeadOnly()).ToString();
        Assert.Contains("; the model is the base with the new head\n              of epoch 2\nResult ", text);
        // An untouched encoder from the first epoch on: what it does is what it did after that.
        text = BudgetSample.Tuning(BudgetSample.HeadOnly() with { Interpolation = 1 }).ToString();
        Assert.Contains("the model is that of epoch 2\n", text);
        Assert.DoesNotContain("Result ", text);
    }

    [Fact]
    public void Nor_is_what_a_cancelled_run_returned_to() => Assert.Contains(
        "; the model is what it was after step 20\n",
        BudgetSample.Tuning(BudgetSample.Cancelled() with { ReturnedToStep = 20 }).ToString());

    [Fact]
    public void Without_validation_rows_a_mixed_result_has_no_figures_of_them() =>
        Assert.DoesNotContain("Result ", BudgetSample.Tuning(BudgetSample.Held() with { Validation = null }).ToString());

    [Fact]
    public void The_two_divergences_have_names_of_their_own()
    {
        string[] lines = BudgetSample.Tuning(BudgetSample.Over()).ToString().Split('\n');
        Assert.Contains("KL on task    0.0120 nats a token (95 % 0.0100 to 0.0140), 160 task texts", lines);
        Assert.Contains("KL on control 0.0520 nats a token (95 % 0.0470 to 0.0570)", lines);
    }

    /// <summary>The budget's lines.</summary>
    private static string Said(BudgetReport budget)
    {
        string text = BudgetSample.Tuning(budget).ToString();
        int from = text.IndexOf("Budget  ", StringComparison.Ordinal), to = text.IndexOf("\nTime  ", StringComparison.Ordinal);
        return text[from..to];
    }
}
