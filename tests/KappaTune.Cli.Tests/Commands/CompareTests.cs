using KappaTune.Cli.Commands;
using KappaTune.Cli.Data;
using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Retention;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>The whole command on a tiny model: what it writes, that it goes on, and that a run that fails takes no other with it.</summary>
public sealed class CompareTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CompareTests()
    {
        TinyModel.Write(_folder);
        WriteTexts("train.tsv", 32, seed: 1);
        WriteTexts("test.tsv", 20, seed: 2);
        File.WriteAllText(
            _folder.File("control.txt"), string.Join(' ', TinyModel.Texts(120, seed: 3, longest: 20).Select(row => row.Text)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Methods_are_compared_in_processes_of_their_own()
    {
        (string output, string error) =
            Compare("--methods", "full,head", "--seeds", "2", "--jobs", "2", "--control", "english");
        ComparisonResult document = Result();
        Assert.Equal("methods", document.Study);
        Assert.Equal(["full", "head"], document.Methods.Select(method => method.Id));
        Assert.Equal((32, 20, 2), (document.Task.Train, document.Task.Test, document.Task.Classes));
        Assert.Equal("train", document.Task.Name);
        long head = document.Task.HeadParameters!.Value;
        Assert.Equal([document.Base.Parameters + head, head], document.Methods.Select(method => method.Trainable));
        Assert.Equal([1, 2], document.Settings.Seeds);
        Assert.Equal(["control", "english"], document.Controls.Select(control => control.Name));
        Assert.Empty(document.Failures);
        Assert.Equal(4, document.Cells.Count);
        Assert.All(document.Cells, cell =>
        {
            Assert.Equal([0, 1, 2], cell.Points.Select(point => point.Epoch));
            Assert.All(cell.Points, point => Assert.Equal(2, point.Retention.Count));
            // One measurement of the base serves all, and before the first step nothing is forgotten.
            Assert.All(cell.Points, point => Assert.All(point.Retention.Zip(document.Controls), pair =>
                Assert.Equal((pair.Second.Loss, pair.Second.Accuracy), (pair.First.LossBefore, pair.First.AccuracyBefore))));
            Assert.Equal((0, 0), (cell.Points[0].Retention[0].Forgetting, cell.Points[0].Retention[1].Forgetting));
            Assert.Equal((0, 0.0), (cell.Points[0].Drift, cell.Points[0].Divergence));
            Assert.Equal(document.Methods.Single(method => method.Id == cell.Method).Trainable, cell.Trainable);
        });
        // What doesn't train keeps everything, bit for bit; what does doesn't.
        Assert.All(document.Cells, cell => Assert.Equal(cell.Method == "head", cell.Points[^1].Retention[0].Forgetting == 0));
        Assert.All(document.Cells, cell => Assert.Equal(cell.Method == "head", cell.Points[^1].Drift == 0));
        Assert.All(document.Cells, cell => Assert.Equal(cell.Method == "head", cell.Points[^1].Divergence == 0));
        Assert.Contains("4 runs; 2 at once.", error);
        Assert.Matches("(?m)^4/4: ", error);
        Assert.Contains("Full fine-tuning", output);
        Assert.Matches(@"(?m)^  Full fine-tuning +1e-3 +2/2( +[-+0-9.]+ ±[0-9.]+){4} *$", output);
        string tables = File.ReadAllText(Path.Combine(_folder.File("out"), CompareCommand.TablesFile));
        Assert.Contains("| Full fine-tuning | 1e-3 | 2/2 | ", tables);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(Path.Combine(_folder.File("out"), CompareCommand.PageFile)));
        Assert.All(output.Split('\n').SkipLast(4), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Sentence_encoders_are_compared_by_neighbouring_sentences()
    {
        SentenceEncoder.Write(_folder, "base");
        File.WriteAllText(_folder.File("control.txt"), SentenceEncoder.Text(pairs: 30));
        (string output, _) = Compare("--methods", "full,head", "--seeds", "1", "--jobs", "0");
        ComparisonResult document = Result();
        Assert.Equal((30, 0), (document.Controls[0].Pairs, document.Controls[0].MaskedTokens));
        Assert.All(document.Cells, cell => Assert.Equal(cell.Method == "head", cell.Points[^1].Retention[0].Forgetting == 0));
        Assert.All(document.Cells, cell => Assert.All(cell.Points, point => Assert.Null(point.Divergence)));
        Assert.Contains("% of neighbours found", output);
        Assert.All(output.Split('\n').SkipLast(4), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void A_stopped_comparison_does_only_what_is_missing()
    {
        Compare(Arguments("2", "2"));
        ComparisonResult first = Result();
        string[] cells = Directory.GetFiles(Path.Combine(_folder.File("out"), "cells"));
        Assert.Equal(4, cells.Length);

        // One is lost, and one was never whole; the lines of all of them, too.
        File.Delete(Path.Combine(_folder.File("out"), "runs.jsonl"));
        DateTime[] before = [.. cells.Select(File.GetLastWriteTimeUtc)];
        File.Delete(cells[0]);
        File.WriteAllText(cells[1], "{");
        DateTime damaged = File.GetLastWriteTimeUtc(cells[1]);
        (_, string error) = Compare(Arguments("2", "2"));
        Assert.Contains("4 runs, 2 of which are done already", error);
        Assert.Equal(2, error.Split('\n').Count(line => line.Contains("/4")));
        Assert.Equal(before[2..], cells[2..].Select(File.GetLastWriteTimeUtc));
        Assert.Equal(Points(first), Points(Result()));

        // Other settings are other runs; another seed is one more of each.
        (_, error) = Compare(Arguments("3", "2"));
        Assert.Contains("6 runs, 4 of which are done already", error);
        (_, error) = Compare(Arguments("2", "1"));
        Assert.Contains("4 runs; ", error);

        static string[] Arguments(string seeds, string epochs) =>
            ["--methods", "full,biases", "--jobs", "0", "--seeds", seeds, "--epochs", epochs];

        static IEnumerable<(string, int, double, double)> Points(ComparisonResult document) => document.Cells.SelectMany(cell =>
            cell.Points.Select(point => (cell.Method, cell.Seed, point.TrainLoss, point.Retention[0].LossAfter)));
    }

    [Fact]
    public void Every_method_runs_and_is_matched()
    {
        Compare("--seeds", "1", "--draws", "1", "--epochs", "1", "--jobs", "0");
        ComparisonResult document = Result();
        Assert.Equal(ComparisonRequest.AllMethods, document.Methods.Select(method => method.Id));
        Assert.Equal(ComparisonRequest.AllMethods, document.Cells.Select(cell => cell.Method));
        Assert.Equal(ComparisonRequest.AllMethods, document.Matched!.Rows.Select(row => row.Method));
        Assert.True(document.Matched.Rows.Count(row => row.Reached == 1) >= 9);
        Assert.All(document.Matched.Rows.Where(row => row.Reached == 1), row => Assert.True(row.Best));
        Assert.NotNull(document.Baselines.BagOfWords);
    }

    [Fact]
    public void Each_tensor_alone_is_set_against_its_scores()
    {
        (string output, _) = Compare("--study", "per-tensor", "--seeds", "1", "--epochs", "1", "--jobs", "0");
        ComparisonResult document = Result();
        Assert.Equal("per-tensor", document.Study);
        Assert.Equal(12, document.PerTensor.Count);
        Assert.All(document.PerTensor, tensor =>
        {
            Assert.Equal([tensor.Tensor], document.Methods.Single(method => method.Id == tensor.Tensor).Draws.Single().Tensors);
            Assert.InRange(tensor.Scores["stableRank"], 1, tensor.Shape.Min());
            Assert.Equal(tensor.Shape[0] * tensor.Shape[1], tensor.Scores["parameters"]);
            Assert.Equal(tensor.Layer!.Value, tensor.Scores["depth"]);
            Assert.True(tensor.Scores["kappa"] >= 1 && tensor.Scores["entropyGap"] >= 0);
        });
        Assert.Contains("feed_forward_in", document.PerTensor.Select(tensor => tensor.Role));
        Assert.Contains("kappa", document.Correlations.Select(score => score.Score));
        Assert.All(document.Correlations, score => Assert.InRange(score.Spearman, score.Low - 1e-9, score.High + 1e-9));
        Assert.Equal(6, document.Roles.Count);
        Assert.Matches(@"(?m)^  logVolumePerParameter +[-+0-9.]+ \[[-+0-9.]+, [-+0-9.]+\] ", output);
        Assert.Matches(@"(?m) 1 +feed_forward_in +[01]/1 ", output);
        Assert.All(output.Split('\n').SkipLast(4), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_run_that_fails_is_reported_and_the_others_go_on(int jobs)
    {
        Compare("--methods", "head", "--seeds", "1", "--jobs", "0");
        string output = _folder.File("out");
        CellSpec good = Specs(output)[0], bad = good with { Identity = good.Identity with { Seed = 7 }, Base = _folder.File("nowhere") };
        Directory.Delete(Path.Combine(output, "cells"), recursive: true);
        List<CellOutcome> outcomes = [];
        var pool = new CellPool(jobs, new CellFolder(output), Rows(good.Task), CompareCellCommand.Program());
        pool.Run([bad, good], outcomes.Add, CancellationToken.None);
        Assert.Equal([bad, good], outcomes.Select(outcome => outcome.Spec));
        Assert.Contains("nowhere", outcomes[0].Problem);
        Assert.Null(outcomes[0].Cell);
        Assert.Equal(3, outcomes[1].Cell!.Points.Count);
        Assert.Single(Directory.GetFiles(Path.Combine(output, "cells")));

        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => pool.Run([good], outcomes.Add, cancelled.Token));
    }

    [Fact]
    public void Progress_and_failures_are_lines_of_their_own()
    {
        using var writer = new StringWriter();
        var progress = new ComparisonProgress(writer);
        CellSpec spec = Specs(_folder.File("out"))[0];
        progress.Begin(3, 1, 2);
        progress.Ended(new(spec, null, "It\ndiverged."));
        progress.End();
        Assert.Contains("3 runs, 1 of which are done already; 2 at once.", writer.ToString());
        Assert.Contains("Failed: full, rate 1e-3, seed 1: It diverged.", writer.ToString());
        Assert.Contains("1 runs failed", writer.ToString());
    }

    [Fact]
    public void The_time_left_is_that_of_the_runs_to_do_by_those_done_now()
    {
        using var writer = new StringWriter();
        var progress = new ComparisonProgress(writer);
        CellSpec spec = Specs(_folder.File("out"))[0];
        progress.Begin(all: 60, known: 24, jobs: 2);
        progress.Ended(new(spec, Cell(160), null));
        progress.Ended(new(spec, null, "It diverged."));
        progress.Ended(new(spec, Cell(200), null));
        Assert.Contains("25/60, 46 min 40 s left: ", writer.ToString());
        Assert.Contains("27/60, 49 min 30 s left: ", writer.ToString());

        // Two to do aren't eight at once; of the last run nothing is left.
        progress = new ComparisonProgress(writer);
        progress.Begin(all: 10, known: 8, jobs: 8);
        progress.Ended(new(spec, Cell(40), null));
        progress.Ended(new(spec, Cell(40), null));
        Assert.Contains("9/10, 20 s left: ", writer.ToString());
        Assert.Contains("10/10: ", writer.ToString());

        static ComparisonCell Cell(double seconds) => new()
        {
            Method = "full",
            LearningRate = 1e-3,
            Seed = 1,
            Seconds = seconds,
            Points =
            [
                new()
                {
                    Epoch = 1,
                    TrainLoss = 1,
                    TestLoss = 1,
                    Accuracy = 0.5,
                    MacroAccuracy = 0.5,
                    Retention = [new() { LossBefore = 3, LossAfter = 3, AccuracyBefore = 0.5, AccuracyAfter = 0.5 }],
                    Drift = 0,
                },
            ],
        };
    }

    [Theory]
    [InlineData("--methods", "none", "isn't a method")]
    [InlineData("--learning-rates", "1e-3,x", "isn't a list of numbers")]
    [InlineData("--learning-rates", "5", "isn't a list of numbers")]
    [InlineData("--seeds", "0", "isn't 1 or more")]
    [InlineData("--train-loss", "-1", "isn't above 0")]
    [InlineData("--label", "Text", "same column twice")]
    public void A_wrong_option_is_named(string option, string value, string part)
    {
        (int exitCode, _, string error) = Tool.Run([.. Arguments(), option, value]);
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains(part, error);
    }

    [Fact]
    public void What_cant_be_read_is_named_before_any_work()
    {
        File.Delete(_folder.File("control.txt"));
        (int exitCode, _, string error) = Tool.Run(Arguments());
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("control.txt", error);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    private (string Output, string Error) Compare(params string[] arguments)
    {
        string[] small = [.. new[] { ("--learning-rates", "0.001"), ("--epochs", "2") }
            .Where(option => !arguments.Contains(option.Item1)).SelectMany(option => (string[])[option.Item1, option.Item2])];
        (int exitCode, string output, string error) = Tool.Run([.. Arguments(), .. small, .. arguments]);
        Assert.True(exitCode == ExitCode.Done, error + output);
        return (output, error);
    }

    private string[] Arguments() =>
    [
        "compare", "--base", _folder.File("base"), "--train", _folder.File("train.tsv"), "--test", _folder.File("test.tsv"),
        "--control", _folder.File("control.txt"), "--output", _folder.File("out"), "--no-cache",
    ];

    private CellSpec[] Specs(string output)
    {
        ComparisonRequest request = new()
        {
            Base = _folder.File("base"),
            Task = new() { Train = _folder.File("train.tsv"), Test = _folder.File("test.tsv"), Label = "Label", Text = "Text" },
            TaskName = "task",
            Controls = [_folder.File("control.txt")],
            Output = output,
            PerTensor = false,
            Methods = ["full"],
            Settings = new()
            {
                Seeds = [1],
                LearningRates = [0.001],
                HeadLearningRate = 0.001,
                Epochs = 2,
                BatchSize = 16,
                Fraction = 0.2,
                Draws = 1,
            },
            Jobs = 0,
            Threads = 1,
            CellCommand = [],
            Device = "cpu",
            TrainLoss = null,
            ScanCache = null,
        };
        return [.. ComparisonPlan.Create(request, Rows(request.Task), CancellationToken.None).Cells];
    }

    private static TaskRows Rows(TaskFiles files) => TaskRowFiles.Read(files, CancellationToken.None);

    private ComparisonResult Result() => ComparisonJson.Load(Path.Combine(_folder.File("out"), CompareCommand.ResultFile));

    private void WriteTexts(string file, int count, int seed) => File.WriteAllLines(
        _folder.File(file),
        TinyModel.Texts(count, seed: seed).Select(row => $"{(row.Class == 0 ? "good" : "bad")}\t{row.Text}").Prepend("Label\tText"));
}
