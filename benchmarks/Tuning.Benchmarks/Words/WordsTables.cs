using Microsoft.ML.KappaTune;

/// <summary>The results of the benchmark of heads and words as tables in Markdown, one for each model, task and size.</summary>
internal static class WordsTables
{
    // In the order of their rows in a table.
    private static readonly string[] Ways = [WordsCell.Frequencies, WordsCell.Untuned, WordsCell.Words, WordsCell.Head];

    public static void Print(IReadOnlyList<WordsResult> results)
    {
        foreach (var setting in results.GroupBy(result => result.Cell.InCommon()))
        {
            WordsCell size = setting.Key;
            Console.WriteLine(
                $"### {size.Task}, {size.Model}\n\nWords after \"{WordsTask.Find(size.Task).Prompt}\". Training rows: {size.Rows}, "
                + $"epochs: {size.Epochs}, batch size: {size.BatchSize}, tokens of a text at most: {size.Tokens}, test rows at most: "
                + $"{size.TestRows}, bins of the calibration error: {ScoreMeasures.BinCount}. Means over seeds, lowest and highest in "
                + "brackets.\n");
            PrintTable([.. setting.Where(result => result.Failure is null)]);
            foreach (WordsResult failed in setting.Where(result => result.Failure is not null))
                Console.WriteLine($"Failed: {failed.Cell}: {failed.Failure}");
            Console.WriteLine();
        }
    }

    private static void PrintTable(WordsResult[] results)
    {
        var table = new Table(
            "classes by", "rate", "the head's", "accuracy, %", "macro, %", "log-loss", "calibration error, %", "training, s", "scoring, s",
            "runs");
        var ways = results.GroupBy(result => (result.Cell.Way, result.Cell.LearningRate, result.Cell.HeadLearningRate))
            .OrderBy(runs => Array.IndexOf(Ways, runs.Key.Way)).ThenBy(runs => runs.Key.LearningRate)
            .ThenBy(runs => runs.Key.HeadLearningRate);
        foreach (var runs in ways)
        {
            for (int i = 0; i < runs.First().Scored.Count; i++)
            {
                ScoreMeasures[] measures = [.. runs.Select(run => run.Scored[i].Measures)];
                string scores = runs.First().Scored[i].Scores is { } way ? $", {OptionInfo.WordOf(way)}" : "";
                table.Add(
                    $"{WordsCell.Title(runs.Key.Way)}{scores}", $"{runs.Key.LearningRate:0.#e-0}", $"{runs.Key.HeadLearningRate:0.#e-0}",
                    Percent([.. measures.Select(its => its.Accuracy)]), Percent([.. measures.Select(its => its.MacroAccuracy)]),
                    Mean([.. measures.Select(its => its.LogLoss)], loss => $"{loss:0.000}"),
                    Percent([.. measures.Select(its => its.CalibrationError)]),
                    Seconds([.. runs.Select(run => run.Seconds)]), Seconds([.. runs.Select(run => run.ScoringSeconds)]),
                    $"{measures.Length}");
            }
        }

        table.Print();
    }

    private static string Percent(double[] shares) => Mean(shares, share => $"{100 * share:0.0}");

    private static string Mean(double[] values, Func<double, string> text) => values.Length == 1
        ? text(values[0])
        : $"{text(values.Average())} ({text(values.Min())} to {text(values.Max())})";

    /// <summary>None where nothing was done.</summary>
    private static string Seconds(double[] values) => values.Max() == 0 ? "" : $"{Table.Median(values):0}";
}
