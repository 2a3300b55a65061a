using System.Globalization;
using static Microsoft.ML.KappaTune.Training.Reports.ReportLines;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>A report as plain text of 80 columns.</summary>
internal static class TuningText
{
    public static string Format(TuningReport report)
    {
        var text = new StringBuilder();
        Line(text, "Base model", PlainText.Shorten(report.BaseModel, Width - Indent));
        Line(text, "Method", report.Method.ToString());
        Line(text, "Selected", Selected(report.Plan));
        Line(text, "Trained", Trained(report));
        if (report.CountedTokens is { } counted)
            Line(text, "Counted", $"{NumberText.Count(counted)} tokens of the training texts");
        else
            Line(text, "Classes", $"{NumberText.Count(report.Classes.Count)}: {string.Join(", ", report.Classes)}");
        Line(text, report.CountedTokens is null ? "Rows" : "Texts", Rows(report));
        Lines(text, "Epochs", $"{NumberText.Count(report.Epochs.Count)}{Ending(report.Stop)}; the model is {BudgetText.ModelOf(report)}");
        BudgetText.WriteResult(text, report);
        text.Append('\n');
        Epochs(text, report);
        text.Append('\n');
        Retention(text, report.Retention);
        Answers(text, report);
        BudgetText.Write(text, report);
        Line(text, "Time", Times(report));
        Line(text, "Memory", $"{NumberText.Bytes(report.PeakMemoryBytes)} at most");
        Line(text, "Ran on", $"{report.Device}, {Number(report.Threads, "thread")}");
        foreach (string warning in report.Warnings)
            Lines(text, "Warning", warning);
        return text.ToString().TrimEnd();
    }

    /// <summary>As in the table of epochs; empty where it isn't known.</summary>
    public static string Loss(double? loss) => loss switch
    {
        null => "",
        < 1e5 => loss.Value.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => NumberText.Ratio(loss.Value),
    };

    /// <summary>Empty where it isn't known.</summary>
    public static string Perplexity(ValidationResult? result) => result is null ? "" : NumberText.Ratio(result.Perplexity);

    /// <summary>In per cent; empty where it isn't known.</summary>
    public static string Share(double? share) =>
        share is { } value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "";

    private static void Retention(StringBuilder text, RetentionReport? retention)
    {
        if (retention is null)
            return;
        bool isOfSentences = retention.Objective is RetentionObjective.SentencePairs;
        string samples = isOfSentences ? "pairs of sentences" : "windows";
        Line(text, "Control text", $"{PlainText.Shorten(retention.Text, 40)}, {NumberText.Count(retention.Windows)} {samples}");
        if (retention is { Accuracy: { } accuracy, Loss: { } loss })
        {
            string tokens = retention.Objective is RetentionObjective.NextToken ? "tokens" : "masked tokens";
            string of = isOfSentences ? "sentences" : $"{NumberText.Count(retention.MaskedTokens)} {tokens}";
            Line(text, isOfSentences ? "Pairs found" : "Guessed right", $"{Change(accuracy, value => 100 * value, "0.0")}, % of {of}");
            Line(text, "Loss of those", $"{Change(loss, value => value, "0.000")}");
        }

        if (retention.Perplexity is { } perplexity)
            Line(text, "Perplexity", $"{Change(perplexity, value => value, "0.00")}");
        if (retention.BitsPerByte is { } bits)
            Line(text, "Bits a byte", $"{Change(bits, value => value, "0.0000")}");

        RetentionDrift last = retention.Drift[^1];
        Line(text, "Drift", string.Create(
            CultureInfo.InvariantCulture,
            $"last layer: cosine distance {last.CosineDistance.Value:0.000}, linear CKA {last.LinearCka:0.000}"));
        if (retention.TaskDivergence is { } kl)
        {
            Line(text, "KL on task", string.Create(
                CultureInfo.InvariantCulture,
                $"{kl.Value:0.0000} nats a token (95 % {kl.Low:0.0000} to {kl.High:0.0000}), "
                + $"{NumberText.Count(retention.TaskTexts)} task texts"));
        }
        else if (retention.Objective is null or RetentionObjective.SentencePairs)
        {
            Line(text, "KL on task", "not measured: the base has no head to predict words with");
        }
    }

    /// <summary>How many answers stayed the same, and the others, each as far as a line goes.</summary>
    private static void Answers(StringBuilder text, TuningReport report)
    {
        if (report.Answers.Count == 0)
            return;
        int same = report.Answers.Count(answer => answer.IsSame);
        Line(text, "Answers", $"{NumberText.Count(same)} of {NumberText.Count(report.Answers.Count)} as before");
        foreach (RetentionAnswer answer in report.Answers.Where(answer => !answer.IsSame))
        {
            Line(text, "  prompt", answer.Prompt.Trim());
            Line(text, "  before", answer.Before.Trim());
            Line(text, "  after", answer.After.Trim());
        }
    }

    private static string Change(RetentionChange change, Func<double, double> scale, string format)
    {
        return $"{Number(change.Before.Value)} → {Number(change.After.Value)} "
            + $"({Signed(change.Difference.Value)}, 95 % {Signed(change.Difference.Low)} to {Signed(change.Difference.High)})";

        string Number(double value) => scale(value).ToString(format, CultureInfo.InvariantCulture);

        string Signed(double value) => scale(value).ToString($"+{format};-{format};{format}", CultureInfo.InvariantCulture);
    }

    private static string Selected(TuningPlan plan)
    {
        int ranked = plan.Matrices.Count(planned => planned.Selected && planned.Rank is not null), others = plan.SelectedCount - ranked;
        string and = others == 0 ? "" : $", and {NumberText.Count(others, "bias or norm", "biases and norms")}";
        return $"{plan.Selection}: {NumberText.Count(ranked)} of {NumberText.Count(plan.CandidateCount)} candidates{and}";
    }

    private static string Trained(TuningReport report)
    {
        (long trained, long all) = (report.TrainableParameters, report.TotalParameters);
        return $"{NumberText.Count(trained)} of {NumberText.Count(all)} parameters ({NumberText.Percent(trained, all)})"
            + (report.CountedTokens is null ? ", the new head included" : "");
    }

    private static string Rows(TuningReport report)
    {
        var parts = new List<string>
        {
            $"{NumberText.Count(report.TrainingRows)} training", $"{NumberText.Count(report.ValidationRows)} validation"
        };
        if (report.SkippedRows > 0)
            parts.Add(NumberText.Count(report.SkippedRows) + (report.CountedTokens is null ? " without a label" : " that count nothing"));
        if (report.TruncatedRows > 0)
            parts.Add($"{NumberText.Count(report.TruncatedRows)} cut");
        return string.Join(", ", parts);
    }

    private static string Ending(TuningStop stop) => stop switch
    {
        TuningStop.StoppedEarly => ", then no gain any more",
        TuningStop.Cancelled => ", then cancelled",
        TuningStop.OutOfTime => ", then out of time",
        TuningStop.BudgetSpent => ", then nothing left of the budget",
        _ => "",
    };

    private static string Times(TuningReport report) =>
        $"{NumberText.Duration(report.ScanTime)} scanning, {NumberText.Duration(report.TokenizingTime)} tokenizing, "
        + $"{NumberText.Duration(report.TrainingTime)} training";

    /// <summary>A row an epoch, with the best marked; what was measured on validation rows only where there were some.</summary>
    private static void Epochs(StringBuilder text, TuningReport report)
    {
        bool validated = report.Epochs.Any(epoch => epoch.Validation is not null);
        bool isOfTokens = report.CountedTokens is not null;
        bool hears = report.Epochs.Any(epoch => epoch.Validation?.Transcripts is not null);
        (string micro, string macro, string counted) = hears ? ("Word errs", "Char errs", "Tok/s")
            : isOfTokens ? ("Guessed", "Perplexity", "Tok/s") : ("Accuracy", "By class", "Rows/s");
        Row(text, validated, "Epoch", "Training loss", "Validation loss", micro, macro, counted, "Time");
        foreach (EpochReport epoch in report.Epochs)
        {
            string mark = epoch.Epoch == report.BestEpoch ? "* " : "";
            Row(
                text, validated, mark + NumberText.Count(epoch.Epoch), Loss(epoch.TrainingLoss), Loss(epoch.Validation?.Loss),
                Share(hears ? epoch.Validation?.Transcripts?.Words.Value : epoch.Validation?.MicroAccuracy),
                hears ? Share(epoch.Validation?.Transcripts?.Characters.Value)
                    : isOfTokens ? Perplexity(epoch.Validation) : Share(epoch.Validation?.MacroAccuracy),
                NumberText.Ratio(epoch.RowsPerSecond), NumberText.Duration(epoch.Elapsed));
        }
    }

    private static void Row(
        StringBuilder text, bool validated, string epoch, string training, string loss, string micro, string macro, string rows,
        string time)
    {
        text.Append(CultureInfo.InvariantCulture, $"{epoch,7}{training,15}");
        if (validated)
            text.Append(CultureInfo.InvariantCulture, $"{loss,16}{micro,10}{macro,11}");
        text.Append(CultureInfo.InvariantCulture, $"{rows,8}{time,13}").Append('\n');
    }

    private static string Number(int count, string noun) => $"{NumberText.Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
