using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using static Microsoft.ML.KappaTune.Tests.Study.ComparisonSample;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>The sentences at the top follow from the numbers, whichever way they point.</summary>
public class ComparisonLeadTests
{
    private static readonly Made Other = new("other", "Other", "control", 0.07);

    [Fact]
    public void First_it_says_what_was_compared() => Assert.Equal(
        "Four ways to fine-tune the model “embedded” on the task “support-tickets” were compared: how much had each made the model "
            + "forget of the language it knew, measured on text that has nothing to do with the task (“gutenberg held-out”), by the "
            + "time that all had learnt the task equally well?",
        Lead(Few())[0]);

    [Fact]
    public void The_lowest_kappa_clearly_wins() => Assert.Equal(
        "“Lowest κ” forgot least: 0.050 nats a token (0.040 to 0.060), clearly less than any other: the next is “Random tensors” with "
            + "0.080 (0.070 to 0.090), and no other 95 % interval overlaps its own.",
        Outcome(Lowest, Chance, Full));

    [Fact]
    public void It_wins_within_chance() => Assert.Equal(
        "“Lowest κ” forgot least: 0.050 nats a token (0.040 to 0.060), but its 95 % interval overlaps that of “Other” with 0.070 "
            + "(0.060 to 0.080), so this may be chance.",
        Outcome(Lowest, Other, Full));

    [Fact]
    public void It_wins_within_chance_of_several() => Assert.EndsWith(
        "but its 95 % interval overlaps those of two others, the nearest “Other” with 0.070 (0.060 to 0.080), so this may be chance.",
        Outcome(Full, Other, Lowest, Chance with { Width = 0.03 }));

    [Fact]
    public void It_clearly_loses() => Assert.Equal(
        "“Other” forgot least: 0.020 nats a token (0.010 to 0.030); “Lowest κ” is 2nd of 3 with 0.050 (0.040 to 0.060), clearly more, "
            + "for their 95 % intervals don't overlap.",
        Outcome(Lowest, Full, Other with { Forgetting = 0.02 }));

    [Fact]
    public void It_loses_within_chance() => Assert.Equal(
        "“Other” forgot least: −0.010 nats a token (−0.060 to 0.040); “Lowest κ” is 2nd of 3 with 0.050 (0.040 to 0.060), but their "
            + "95 % intervals overlap, so the difference may be chance.",
        Outcome(Lowest, Full, Other with { Forgetting = -0.01, Width = 0.05 }));

    [Fact]
    public void Single_runs_prove_nothing()
    {
        ComparisonResult won = Document(seeds: 1, Lowest, Full);
        Assert.Equal(
            "“Lowest κ” forgot least: 0.050 nats a token, and the next is “All parameters” with 0.200, but some of these have too few "
                + "runs for an interval, so this may be chance.",
            Lead(won)[1]);
        Assert.Contains("1 seed: too few for an interval, so differences may be chance.", ComparisonView.Create(won).Notes);
        Assert.Empty(ComparisonView.Create(won).Verdict);
        Assert.EndsWith(
            "“Lowest κ” is 2nd of 2 with 0.050, but some of these have too few runs for an interval, so the difference may be chance.",
            Lead(Document(seeds: 1, Lowest, Other with { Forgetting = 0.01 }))[1]);
    }

    [Fact]
    public void One_that_never_learnt_as_much_is_not_compared()
    {
        ComparisonResult document = Document(Lowest with { Forgetting = null }, Chance, Full);
        Assert.Equal(
            "“Lowest κ” never learnt as much as the others and so can't be compared; “Random tensors” forgot least: 0.080 nats a token "
                + "(0.070 to 0.090).",
            Lead(document)[1]);
        ComparisonPage page = ComparisonView.Create(document);
        Assert.Contains("“Lowest κ” never learnt as much as the others, at no learning rate tried.", page.Notes);
        // Its curve is that of the learning rate which came nearest; all its runs count as ones that didn't get there.
        PageMethod never = page.Methods.Single(method => method.Hero);
        Assert.Equal((0.003, 0, 9), (never.LearningRate, never.Reached, never.Runs));
    }

    [Fact]
    public void A_method_at_a_higher_learning_rate_is_named()
    {
        // An adapter's rate is three times a tensor's, and is the same in that sense.
        ComparisonResult document = Document(HeadOnly, Lowest, Full, new Made("lora", "LoRA", "adapter", 0.1));
        Assert.DoesNotContain(ComparisonView.Create(document).Notes, note => note.Contains("learning rate", StringComparison.Ordinal));
        MatchedRow[] rows =
            [.. document.Matched!.Rows.Select(row => row.Method == "full" ? row with { Best = row.LearningRate == 0.0003 } : row)];
        Assert.Contains(
            "“Lowest κ” and “LoRA” are compared at a higher learning rate than the others, which by itself may cost more; with more "
                + "epochs the lower rate may do.",
            ComparisonView.Create(document with { Matched = document.Matched with { Rows = rows } }).Notes);
    }

    [Fact]
    public void What_cannot_forget_does_not_win()
    {
        ComparisonResult document = Document(HeadOnly, Lowest, Chance);
        Assert.StartsWith("“Lowest κ” forgot least", Lead(document)[1]);
        Assert.Contains(
            "“Head only” leaves the model as it was, so it can't forget, and isn't ranked; it got 62.0 % of the test texts right.",
            ComparisonView.Create(document).Notes);
    }

    [Fact]
    public void Without_the_lowest_kappa_another_selection_is_in_question()
    {
        Assert.EndsWith("“Per role” is 2nd of 2 with 0.300 (0.290 to 0.310), clearly more, for their 95 % intervals don't overlap.",
            Outcome(new Made("kappa-per-role", "Per role", "selection", 0.3), Full));
        Assert.Equal(
            "“All parameters” forgot least: 0.200 nats a token (0.190 to 0.210).", Outcome(Full, new Made("x", "X", "control", 0.5)));
        Assert.Equal("“Lowest κ” forgot least: 0.050 nats a token (0.040 to 0.060).", Outcome(Lowest));
    }

    [Fact]
    public void Where_nothing_ended_it_says_so() => Assert.Equal(
        "Nothing came out yet: no run that changes the model has learnt as much as the others.",
        Lead(Few() with { Cells = [], Matched = null })[1]);

    [Fact]
    public void A_loss_that_is_no_number_counts_as_not_learnt()
    {
        ComparisonResult document = Document(Lowest with { Forgetting = double.NaN }, Full);
        Assert.StartsWith("“Lowest κ” never learnt as much", Lead(document)[1]);
        Assert.All(ComparisonView.Create(document).Methods.Single(method => method.Hero).Points, point => Assert.Null(point.Forgetting[0]));
    }

    [Fact]
    public void Where_nothing_was_learnt_it_says_so()
    {
        const string Note =
            "Where they are compared, none sorts texts better than always naming the most frequent class (22.0 % right): nothing was "
            + "learnt yet that could cost anything.";
        Assert.Contains(Note, ComparisonView.Create(Document(Lowest with { Accuracy = 0.22 }, Full with { Accuracy = 0.2 })).Notes);
        Assert.DoesNotContain(Note, ComparisonView.Create(Document(Lowest with { Accuracy = 0.22 }, Full)).Notes);
        Assert.DoesNotContain(Note, ComparisonView.Create(Document(Lowest with { Forgetting = null })).Notes);
    }

    [Fact]
    public void The_verdict_puts_each_other_method_where_its_interval_is()
    {
        PageFact[] verdict = ComparisonView.Create(Document(
            HeadOnly, Lowest, Chance, Full, Other, new Made("least", "Least", "control", 0.01),
            new Made("never", "Never", "control", null))).Verdict;
        Assert.Equal(
            [
                new("“Lowest κ” forgot clearly less than", "“Random tensors” and “All parameters”."),
                new("“Lowest κ” can't be told apart from", "“Other”."),
                new("“Lowest κ” forgot clearly more than", "“Least”."),
            ],
            verdict);
    }

    [Fact]
    public void Runs_that_failed_or_did_not_get_there_are_named()
    {
        ComparisonResult document = Few();
        MatchedRow[] rows = [.. document.Matched!.Rows.Select(row => row.Method == "random" ? row with { Reached = 2 } : row)];
        document = document with
        {
            Matched = document.Matched with { Rows = rows },
            Failures = [new() { Method = "full", LearningRate = 0.003, Seed = 2, Message = "The loss is NaN." }],
        };
        ComparisonPage page = ComparisonView.Create(document);
        Assert.Contains("Only some runs of “Random tensors” learnt as much as the others; their means are of those.", page.Notes);
        Assert.Contains("One run failed and is left out.", page.Notes);
        Assert.Contains(new PageFact("Failed", "full, learning rate 0.003, seed 2: The loss is NaN."), page.Facts);
        Assert.Equal(1, page.Methods.Single(method => method.Title == "All parameters").Failed);
    }

    [Fact]
    public void A_study_of_tensors_says_whether_kappa_tells_beforehand()
    {
        Assert.StartsWith("Each of 24 tensors (tables of numbers) of the model “embedded” was trained alone", Lead(PerTensor())[0]);
        Assert.Equal(
            "κ doesn't tell how much is forgotten, or not so that these runs would show it: rank correlation 0.310 (−0.100 to 0.630), "
                + "an interval that holds 0; the score that goes with it most is “depth”, rank correlation 0.910 (0.800 to 0.960).",
            Lead(PerTensor())[1]);
        Assert.Equal(
            "Tensors with a higher κ made it forget more, as the idea behind κ says: rank correlation 0.950 (0.900 to 0.980); no other "
                + "score goes with it more.",
            Lead(PerTensor(Correlation("kappa", 0.95, 0.9, 0.98)))[1]);
        Assert.StartsWith(
            "Tensors with a higher κ made it forget less, against the idea behind κ: rank correlation −0.400 (−0.600 to −0.200); the score",
            Lead(PerTensor(Correlation("kappa", -0.4, -0.6, -0.2)))[1]);
        Assert.Equal("Nothing came out yet: too few tensors learnt the task.", Lead(PerTensor() with { Correlations = [] })[1]);
    }

    private static string[] Lead(ComparisonResult document)
    {
        string[] sentences = ComparisonView.Create(document).Lead;
        Assert.Equal(2, sentences.Length);
        return sentences;
    }

    private static string Outcome(params Made[] methods) => Lead(Document(methods))[1];
}
