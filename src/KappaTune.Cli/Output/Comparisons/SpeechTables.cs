using System.Globalization;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using static KappaTune.Cli.Output.ComparisonNumbers;

namespace KappaTune.Cli.Output;

/// <summary>A comparison of ways to learn to hear, in tables: word and character errors, and what they cost in text.</summary>
internal static class SpeechTables
{
    private const string SignedBits = "+0.0000;-0.0000;0.0000", Bits = "0.0000";

    /// <summary>Each method where all make as many word errors, at its best learning rate.</summary>
    public static void WriteMatched(ComparisonResult document, MatchedAdaptation matched, ITableWriter writer)
    {
        writer.WriteLine(Invariant(
            $"Matched:  at {100 * matched.WordErrorRate!.Value:0.0} % word errors; ± is the 95 % interval (Student's t)."));
        writer.WriteLine("          Bits a byte: what control text takes more. CER: character errors, %.");
        double bits = BitsOf(document);
        writer.WriteTable(["Method", "Trained", "Rate", "Runs", "Bits a byte", "CER"], document.Methods.Select(method =>
        {
            MatchedRow[] rows = [.. matched.Rows.Where(row => row.Method == method.Id)];
            MatchedRow? best = rows.FirstOrDefault(row => row.Best);
            return (string[])
            [
                method.Title, Short(method.Trainable), best is null ? "" : Rate(best.LearningRate),
                best is null ? $"0/{rows.Sum(row => row.Runs)}" : $"{best.Reached}/{best.Runs}",
                best?.Forgetting is { } lost ? Mean(lost, bits, SignedBits) : "not reached", Mean(best?.CharacterErrorRate, 100, "0.0"),
            ];
        }));
        if (matched.Differences.Count == 0)
            return;
        writer.WriteLine("Bits a byte more than lowest κ, seed by seed; t-test, Holm's correction:");
        writer.WriteTable(["Against lowest κ", "Bits a byte", "Seeds", "p"], matched.Differences.Select(difference => (string[])
        [
            document.Methods.First(method => method.Id == difference.Method).Title, Mean(Shown(difference), bits, SignedBits),
            $"{difference.Seeds}", difference.HolmP.ToString("0.000", CultureInfo.InvariantCulture),
        ]));
    }

    /// <summary>Each method with each learning rate after the last epoch.</summary>
    public static void WriteLast(ComparisonResult document, ITableWriter writer)
    {
        ComparisonPoint first = document.Cells[0].Points[0];
        writer.WriteLine(Invariant(
            $"          WER and CER of test rows, %; bits a byte of control text, {first.BitsPerByte:0.0000}"));
        writer.WriteLine("          of the base, and KL(base, tuned) on it, nats a token.");
        writer.WriteTable(["At the end", "Rate", "Runs", "WER", "CER", "Bits a byte", "KL"], LastRows(document));
    }

    /// <summary>Each method by training step, at the rate that it is compared with, else the one that ends with fewest errors.</summary>
    public static void WriteSteps(ComparisonResult document, ITableWriter writer)
    {
        (ComparedMethod Method, double Rate, IReadOnlyList<StepPoint> Points)[] courses =
        [
            .. from method in document.Methods
               let rate = RateOf(document, method)
               where rate is not null
               select (method, rate.Value, StepPoints.Create(document, method, rate.Value)),
        ];
        int[] steps = [.. courses.SelectMany(course => course.Points.Select(point => point.Step)).Distinct().Order()];
        writer.WriteLine("By step, with the 95 % interval where there are three runs or more: word error rate, %.");
        Write("WER by step", point => Mean(point.WordErrorRate, 100, "0.0"));
        writer.WriteLine("By step: bits a byte of the main control text.");
        Write("Bits a byte by step", point => Mean(point.BitsPerByte[0], 1, Bits));

        void Write(string heading, Func<StepPoint, string> text) => writer.WriteTable(
            [heading, "Rate", .. steps.Select(step => NumberText.Count(step))],
            courses.Select(course => (string[])
            [
                course.Method.Title, Rate(course.Rate),
                .. steps.Select(step => course.Points.FirstOrDefault(point => point.Step == step) is { } at ? text(at) : ""),
            ]));
    }

    private static double? RateOf(ComparisonResult document, ComparedMethod method) =>
        document.Matched?.Rows.FirstOrDefault(row => row.Method == method.Id && row.Best)?.LearningRate
        ?? LastPoints.Create(document).Where(row => row.Method == method.Id && row.WordErrorRate is not null)
            .MinBy(row => row.WordErrorRate!.Mean)?.LearningRate;

    private static IEnumerable<string[]> LastRows(ComparisonResult document)
    {
        double bits = BitsOf(document), before = document.Controls[0].Loss * bits;
        IReadOnlyList<LastRow> rows = LastPoints.Create(document);
        foreach (ComparedMethod method in document.Methods)
        {
            // A method's title stands at its first rate.
            string title = method.Title;
            foreach (LastRow row in rows.Where(row => row.Method == method.Id))
            {
                // A constant has no error.
                MeanError? now = row.Forgetting is { } lost ? new(before + bits * lost.Mean, bits * lost.Error) : null;
                yield return
                [
                    title, Rate(row.LearningRate), $"{row.Ended}/{row.Runs}",
                    row.Ended == 0 ? "failed" : Mean(row.WordErrorRate, 100, "0.0"), Mean(row.CharacterErrorRate, 100, "0.0"),
                    Mean(now, 1, Bits), Mean(row.Divergence, 1, "0.000"),
                ];
                title = "";
            }
        }
    }

    /// <summary>Of two seeds an interval says nothing.</summary>
    private static MeanInterval Shown(MatchedDifference difference) => difference.Seeds >= ShownIntervals.FewestRuns
        ? difference.Forgetting
        : new(difference.Forgetting.Mean, null, null);

    private static double BitsOf(ComparisonResult document) => document.Controls[0].BitsPerByteOfNat ?? 1;
}
