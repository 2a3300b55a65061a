using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>What the report says and shows of a budget, in Chromium.</summary>
public class BudgetPageTests
{
    [Fact]
    public async Task Learning_against_keeping_is_the_first_chart()
    {
        Sight sight = await Look(BudgetSample.Held());
        foreach (Chart[] charts in (Chart[][])[sight.Light, sight.Dark])
        {
            Assert.Equal(["keeping", "using", "loss"], charts.Take(3).Select(chart => chart.Id));
            Assert.All(charts.Take(2), chart => Assert.InRange(chart.Marked, 300, int.MaxValue));
        }

        Assert.Equal(["What happened here", "Learning against keeping"], sight.Shown.Take(2));
        Assert.Equal("1.4 %", sight.Figures[1]);
        BudgetSight budget = sight.Budget!;
        Assert.Equal("The model lost 1.4 % (95 %: 0.6 to 2.2 %) of at most 2 % on text that had no part in any decision.", budget.Outcome);
        Assert.Equal(
            "4 probes found the learning rate 3.1e-4. On its way the run lowered its rate once, raised it once and went back once to where "
            + "it was within the budget. The result is 90 % of the way from the base to what was trained. Measured on script>.txt: 100 "
            + "windows decided, 100 others gave the figure. Finding the rate and keeping to the budget took 16 s.",
            budget.How);
        Assert.Empty(budget.Limits);
    }

    [Fact]
    public async Task Every_mark_says_what_it_is()
    {
        BudgetSight budget = (await Look(BudgetSample.Held())).Budget!;
        Assert.Equal("step 0; training loss 1.1415; lost 0 % of 2 %", Said("step 0"));
        Assert.Contains("; rate lowered; learning rate from there 2e-4", Said("step 10"));
        Assert.Contains("lost 2.3 % of 2 %; 115 % of the budget used; 180 % expected by the end; went back;", Said("step 20"));
        Assert.Contains("; rate raised;", Said("step 30"));
        Assert.DoesNotContain("went on", Said("step 45"));
        Assert.Equal(
            "result: 1.4 % (95 %: 0.6 to 2.2 %); of at most 2 %; on text that had no part in any decision; it is 90.0 % of the way from its "
            + "base to what it was after epoch 2, whose training loss wasn't measured",
            Said("result"));
        // The last one is beyond the chart, and at its edge.
        Assert.Equal(4, budget.Tooltips.Count(text => text.StartsWith("probe: ", StringComparison.Ordinal)));
        Assert.Contains("130 % of the budget expected by the end", Said("probe: learning rate 4e-4"));

        string Said(string start) => Assert.Single(budget.Tooltips, text => text.StartsWith(start, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Probes_and_measurements_are_tables()
    {
        BudgetSight budget = (await Look(BudgetSample.Held())).Budget!;
        Assert.Equal(["1e-4", "2e-4", "3.1e-4", "4e-4", "8e-4"], budget.Probes.Select(row => row[0]));
        Assert.Equal(["2e-4", "3", "1.1200", "0.9800", "70 %", ""], budget.Probes[1]);
        Assert.Equal(["3.1e-4", "", "", "", "", "taken"], Assert.Single(budget.Taken));
        Assert.Equal(["8e-4", "3", "1.1200", "NaN", "∞ %", ""], budget.Probes[4]);
        Assert.Equal(9, budget.Measurements.Length);
        Assert.Equal(["20", "0.5800", "2.3 %", "115 %", "180 %", "1e-4", "went back"], budget.Measurements[3]);
    }

    [Fact]
    public async Task A_probe_at_the_rate_that_was_taken_is_marked()
    {
        BudgetSight budget = (await Look(BudgetSample.Held() with { LearningRate = 2e-4 })).Budget!;
        Assert.Equal(["2e-4", "3", "1.1200", "0.9800", "70 %", "taken"], Assert.Single(budget.Taken));
        Assert.Equal(4, budget.Probes.Length);
    }

    [Fact]
    public async Task Of_several_limits_the_closest_is_shown_and_the_others_by_a_key()
    {
        BudgetSight budget = (await Look(BudgetSample.Over())).Budget!;
        Assert.Equal(["Loss", "KL on control"], budget.Limits);
        Assert.Equal(["KL on control"], budget.Pressed);
        Assert.Equal(["Loss"], budget.Then!);
        Assert.True(budget.Redrawn);
        Assert.Equal(
            "The model lost nothing of at most 2 % (its loss fell by 0.3 %; its rise, 95 %: −0.9 to 0.2 %) and changed what it predicts by "
            + "0.052 nats (95 %: 0.047 to 0.057 nats) of at most 0.05 nats on text that had no part in any decision. That is more than the "
            + "budget allows: what decided was another part of the text, and about 5 of 100 runs end so.",
            budget.Outcome);
        Assert.StartsWith(
            "The learning rate, 3.1e-4, was given. On its way the run froze the selected tensors, while the head trained on. Measured",
            budget.How);
        Assert.Empty(budget.Probes);
        Assert.Equal(["20", "0.7000", "1 %", "0.055 nats", "110 %", "110 %", "0", "frozen"], budget.Measurements[1]);
    }

    [Fact]
    public async Task Where_nothing_could_be_learnt_it_says_so()
    {
        Sight sight = await Look(BudgetSample.HeadOnly());
        Assert.Equal(
            "Nothing but the new head was learnt within the budget of 2 %: the model is its base with it, and lost nothing. "
            + "The head was trained beside an encoder that isn't kept, and may do better with more of a budget.",
            sight.Budget!.Outcome);
        Assert.Equal("0 %", sight.Figures[1]);
    }

    [Fact]
    public async Task Of_a_cancelled_run_it_says_what_was_measured_last()
    {
        Sight sight = await Look(BudgetSample.Cancelled());
        Assert.Equal(
            "The run was cancelled, and its result wasn't measured. When it was measured last, the model had lost 1.24 % of at most 2 %.",
            sight.Budget!.Outcome);
        Assert.Equal("not measured", sight.Figures[1]);
        Assert.DoesNotContain(sight.Budget.Tooltips, text => text.StartsWith("result", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_cancelled_before_its_first_measurement_has_a_page()
    {
        Sight sight = await Look(BudgetSample.Cancelled() with { Course = [], Probes = [] });
        Assert.Equal("The run was cancelled, and its result wasn't measured.", sight.Budget!.Outcome);
    }

    [Fact]
    public async Task Ways_show_their_budgets_beside_each_other()
    {
        using var folder = new TemporaryFolder();
        TuningWay[] ways =
        [
            new("Lowest κ", BudgetSample.Tuning(BudgetSample.Held()), 0.875), new("All", BudgetSample.Tuning(BudgetSample.Over()), 0.75),
            new("As usual", TuningSample.Report(), 0.5),
        ];
        HtmlReport.Save(ways, bagOfWords: null, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        Assert.Empty(sight.Wide);
        Assert.Equal(
            [
                ["Budget", "2 %", "2 % and KL on control 0.05 nats", "no budget"],
                [
                    "Lost on held-out text", "1.4 % (95 %: 0.6 to 2.2 %)", "0.052 nats (95 %: 0.047 to 0.057 nats), over the budget",
                    "7.69 %, of the whole text",
                ],
                ["Rate found by probes", "3.1e-4", "given", "no budget"],
            ],
            sight.Ways[4..7]);
    }

    [Fact]
    public async Task The_first_figure_is_the_result_s_and_not_that_of_the_epoch_it_was_mixed_from()
    {
        Sight sight = await Look(BudgetSample.Held());
        Assert.Equal("77.5 %", sight.Figures[0]);
        Assert.Contains("80.0 %", Assert.Single(sight.Kept));
        Assert.Contains("kept: 2, mixed with the base", sight.Text);
        Assert.Contains(
            "No epoch's figures are those of the model, which is 90.0 % of the way from its base to what it was after epoch 2: its "
            + "validation loss is 0.4321, and of the texts that it didn't learn from it sorts 77.5 % right, by class 55.0 %.",
            sight.Text);
    }

    [Fact]
    public async Task So_it_is_where_only_the_head_is_new()
    {
        Sight sight = await Look(BudgetSample.HeadOnly());
        Assert.Equal("50.0 %", sight.Figures[0]);
        Assert.Contains("the model, which is its base with the new head of epoch 2: its validation loss is 0.9000,", sight.Text);
    }

    [Fact]
    public async Task What_a_cancelled_run_returned_to_has_no_epoch_s_figures()
    {
        Sight sight = await Look(BudgetSample.Cancelled() with { ReturnedToStep = 20 });
        Assert.Equal("not measured", sight.Figures[0]);
        Assert.Contains("kept: step 20", sight.Text);
        Assert.Contains("No epoch's figures are those of the model, which is what it was after step 20.", sight.Text);
    }

    [Fact]
    public async Task A_model_that_is_an_epoch_s_has_its_figures()
    {
        Sight sight = await Look(BudgetSample.Over());
        Assert.Equal("80.0 %", sight.Figures[0]);
        Assert.DoesNotContain("No epoch's figures", sight.Text);
        Assert.DoesNotContain("mixed with the base", sight.Text);
    }

    private static async Task<Sight> Look(BudgetReport budget)
    {
        using var folder = new TemporaryFolder();
        HtmlReport.Save(BudgetSample.Tuning(budget), folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));
        Assert.Empty(sight.Errors);
        Assert.Empty(sight.Requests);
        Assert.Empty(sight.Wide);
        return sight;
    }
}
