using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Tests.Training;

public class TuningTextTests
{
    [Fact]
    public void The_text_says_what_trained_and_how_it_went()
    {
        string text = TuningSample.Report().ToString();
        Assert.Contains("LoRA of rank 8, alpha 16, dropout 0.125", text);
        Assert.Contains($"lowest 20 % by kappa: 4 of {TuningSample.Report().Plan.CandidateCount} candidates", text);
        Assert.Contains("12,345 of 234,567 parameters (5.3 %), the new head included", text);
        Assert.Contains("480 training, 120 validation, 3 without a label, 7 cut", text);
        Assert.Contains("3, then no gain any more; the model is that of epoch 2", text);
        Assert.Contains("1.2 s scanning, 0.0 s tokenizing, 1 min 15 s training", text);
        Assert.Contains("512 MB at most", text);
        Assert.Contains("cpu, 2 threads", text);
    }

    [Theory, InlineData(1, "1 bias or norm"), InlineData(2, "2 biases and norms")]
    public void Biases_and_norms_that_train_are_counted(int norms, string counted)
    {
        TuningReport report = TuningSample.Report();
        IEnumerable<ScannedMatrix> matrices =
            report.Plan.Matrices.Select(planned => planned.Matrix).Where(m => m.Role != TensorRole.Norm || m.Layer < norms);
        report = report with { Plan = TuningPlan.Create(matrices, new() { Norms = true }) };
        Assert.Contains($" candidates, and {counted}\n", report.ToString());
    }

    [Fact]
    public void The_text_says_what_was_kept()
    {
        string text = TuningSample.Report().ToString();
        Assert.Contains("control </script>.txt, 200 windows", text);
        Assert.Contains("35.2 → 33.1 (-2.1, 95 % -2.5 to -1.7), % of 3,750 masked tokens", text);
        Assert.Contains("3.250 → 3.500 (+0.250, 95 % +0.230 to +0.270)", text);
        Assert.Contains("last layer: cosine distance 0.160, linear CKA 0.920", text);
        Assert.DoesNotContain("Perplexity", text);
        RetentionReport next = TuningSample.Report().Retention! with
        {
            Objective = RetentionObjective.NextToken,
            Perplexity = new Bootstrap(0, 100).Perplexity([3, 4], [4, 4], [1, 1]),
        };
        text = (TuningSample.Report() with { Retention = next }).ToString();
        Assert.Contains("% of 3,750 tokens", text);
        Assert.Contains("33.12 → 54.60 (+21.48, 95 % ", text);
        RetentionReport drift = TuningSample.Report().Retention! with { Objective = null, Loss = null, Accuracy = null };
        Assert.DoesNotContain("Guessed", (TuningSample.Report() with { Retention = drift }).ToString());
        Assert.DoesNotContain("Drift", (TuningSample.Report() with { Retention = null }).ToString());
    }

    [Fact]
    public void The_text_says_which_answers_changed()
    {
        TuningReport report = TuningSample.Report() with
        {
            Answers = [new("One and", " two", " two"), new("Once\nupon", " a time", new string('x', 200))],
        };
        Assert.Equal(0.5, report.SameAnswers);
        string[] lines = report.ToString().Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith("Answers", StringComparison.Ordinal));
        Assert.Equal(
            ["Answers       1 of 2 as before", "  prompt      Once upon", "  before      a time", $"  after       {new string('x', 65)}…"],
            lines[first..(first + 4)]);
        Assert.Null(TuningSample.Report().SameAnswers);
        Assert.DoesNotContain("Answers", TuningSample.Report().ToString());
    }

    [Fact]
    public void The_best_epoch_is_marked()
    {
        string[] lines = TuningSample.Report().ToString().Split('\n');
        Assert.Equal(
            ["*", "2", "0.5000", "0.4000", "80.0", "%", "60.0", "%", "123", "25", "s"],
            Assert.Single(lines, line => line.Contains('*')).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_language_models_table_has_guesses_and_perplexities()
    {
        string text = (TuningSample.Report() with { CountedTokens = 5000 }).ToString();
        string heading = Assert.Single(text.Split('\n'), line => line.Contains("Epoch "));
        Assert.Equal(
            ["Epoch", "Training", "loss", "Validation", "loss", "Guessed", "Perplexity", "Tok/s", "Time"],
            heading.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Without_validation_rows_there_are_no_columns_for_them()
    {
        TuningReport report = TuningSample.Report();
        string text = (report with { Epochs = [.. report.Epochs.Select(epoch => epoch with { Validation = null })] }).ToString();
        Assert.DoesNotContain("Accuracy", text);
        Assert.Contains("Accuracy", report.ToString());
    }

    [Fact]
    public void Every_line_fits_80_columns_and_is_text()
    {
        TuningReport report = TuningSample.Report();
        report = report with
        {
            BaseModel = "/models/" + new string('m', 200) + "/end",
            Classes = [.. report.Classes, .. Enumerable.Range(0, 50).Select(i => $"class {i}")],
            Epochs = [.. report.Epochs, new(4, double.PositiveInfinity, new(double.NaN, 0, 1), 1e9, TimeSpan.FromDays(100))],
        };
        report =
            report with { Warnings = [.. report.Warnings, $"{new string('f', 100)}, a_field: it isn't known and has no effect here."] };
        string[] lines = report.ToString().Split('\n');
        // A warning goes on in the next line.
        Assert.Equal(2, report.ToString().Replace("\n", "").Replace(" ", "").Split("a_field:itisn'tknownandhasnoeffecthere.").Length - 1);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.Contains(lines, line => line.EndsWith("/end", StringComparison.Ordinal));
    }
}
