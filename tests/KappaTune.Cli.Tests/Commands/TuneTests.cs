using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>From a base model and files to a model that tells classes apart, and what can be wrong with either.</summary>
public sealed partial class TuneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TuneTests()
    {
        TinyModel.Write(_folder);
        WriteTexts("train.tsv", 128, seed: 1);
        WriteTexts("test.tsv", 40, seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_tuned_measured_saved_and_reported()
    {
        (string output, string error) = Tune(
            "--test", _folder.File("test.tsv"), "--epochs", "8", "--fraction", "1", "--lr", "0.005", "--head-lr", "0.01",
            "--validation-fraction", "0.25",
            "--report", _folder.File("report.html"), "--json", _folder.File("report.json"));
        Assert.Contains("Epoch", output);
        Assert.Matches("(?m)^Selected .*: [0-9]+ of [0-9]+ candidates", output);
        Assert.Contains($"Saved:        {_folder.File("model.zip")}", output);
        double accuracy = double.Parse(AccuracyLine().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(accuracy > 0.8, output);
        Assert.Contains("Confusion table", output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));

        // What it did meanwhile, in lines for a file.
        Assert.Matches("(?m)^Tokenizing: .* rows$", error);
        Assert.Matches(@"(?m)^Epoch 2/8, loss [0-9.]+, .* left, step [0-9]+/[0-9]+, [0-9]+ rows/s, lr [0-9.]+e-[0-9]+$", error);
        Assert.Matches(@"(?m)^Epoch 8/8: validation loss [0-9.]+, accuracy [0-9.]+ %$", error);

        var report = TuningReport.Load(_folder.File("report.json"));
        Assert.Equal((8, 96, 32), (report.Epochs.Count, report.TrainingRows, report.ValidationRows));
        Assert.Equal(["bad", "good"], report.Classes);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_folder.File("report.html")));

        // The saved model does what was said of it.
        (int exitCode, string measured, _) = Tool.Run(
            "evaluate", _folder.File("model.zip"), "--data", _folder.File("test.tsv"), "--json", _folder.File("metrics.json"));
        Assert.Equal(0, exitCode);
        Assert.EndsWith(measured, output);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(_folder.File("metrics.json"))).RootElement;
        Assert.Equal(accuracy, metrics.GetProperty("micro_accuracy").GetDouble(), 1e-4);

        File.WriteAllText(_folder.File("new.tsv"), "Number\tText\n1\ta good film\n2\ta bad film\n");
        Predict();
        Assert.Equal(
            ["Number\tText\tPredictedLabel\tScore.bad\tScore.good", "1\ta good film\tgood", "2\ta bad film\tbad"],
            File.ReadAllLines(_folder.File("out.tsv")).Select((line, i) => i == 0 ? line : string.Join('\t', line.Split('\t')[..3])));
    }

    [Fact]
    public void Adapters_selection_and_small_files_are_as_asked_for()
    {
        Tune(
            "--epochs", "1", "--method", "lora", "--rank", "2", "--lowest", "3", "--weights", "changed",
            "--json", _folder.File("report.json"));
        var report = TuningReport.Load(_folder.File("report.json"));
        Assert.Equal(TuningMethod.Lora(2), report.Method);
        Assert.Equal(3, report.Plan.SelectedCount);
        long changed = new FileInfo(_folder.File("model.zip")).Length;
        (_, string error) = Tune("--epochs", "1", "--lowest", "3");
        Assert.Equal(error.Split('\n').Distinct(), error.Split('\n'));
        Assert.True(changed < new FileInfo(_folder.File("model.zip")).Length, "a model without its base isn't smaller");
    }

    [Fact]
    public void Pairs_of_texts_have_columns_of_any_name()
    {
        IEnumerable<string> rows = TinyModel.Texts(32).Select(row => $"{row.Text}\tthe book\t{row.Class}");
        File.WriteAllLines(_folder.File("train.tsv"), rows.Prepend("First\tSecond\tSame"));
        Tune("--epochs", "1", "--label", "Same", "--text", "First", "--text2", "Second");
        File.WriteAllText(_folder.File("new.tsv"), "Second\tFirst\nthe book\tgood\n");
        Predict();
        Assert.StartsWith("Second\tFirst\tPredictedLabel\tScore.0\tScore.1\n", File.ReadAllText(_folder.File("out.tsv")));
    }

    [Fact]
    public void Retention_is_measured_on_a_text_that_is_given()
    {
        File.WriteAllText(_folder.File("control.txt"), string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
        Tune("--epochs", "1", "--retention-text", _folder.File("control.txt"), "--json", _folder.File("report.json"));
        Assert.NotNull(TuningReport.Load(_folder.File("report.json")).Retention);
    }

    [Fact]
    public void The_text_that_comes_along_is_called_english()
    {
        Tune("--epochs", "1", "--retention-text", "english", "--json", _folder.File("report.json"));
        Assert.Equal("English prose (the shipped sample)", TuningReport.Load(_folder.File("report.json")).Retention!.Text);
    }

    [Fact]
    public void Another_control_text_is_another_run_and_is_named()
    {
        string[] texts = [_folder.File("control.txt"), _folder.File("other.txt")];
        foreach ((int seed, string text) in texts.Index())
            File.WriteAllText(text, string.Join(' ', TinyModel.Texts(300, seed: seed).Select(row => row.Text)));
        string[] options = ["--epochs", "1", "--max-drift", "0.5", "--lr", "1e-4", "--checkpoint", _folder.File("states")];
        Tune([.. options, "--retention-text", texts[0]]);
        Refused($": --retention-text was {texts[0]} and is {texts[1]} now.", [.. options, "--resume", "--retention-text", texts[1]]);
        File.Copy(texts[1], texts[0], overwrite: true);
        Refused(
            $": --retention-text was {texts[0]} and is {texts[0]} with other content now.",
            [.. options, "--resume", "--retention-text", texts[0]]);
    }

    [Fact]
    public void What_may_be_lost_stands_in_place_of_a_learning_rate()
    {
        File.WriteAllText(_folder.File("control.txt"), string.Join(' ', TinyModel.Texts(300, seed: 9).Select(row => row.Text)));
        (string output, string error) = Tune(
            "--epochs", "4", "--keep", "0.9", "--retention-text", _folder.File("control.txt"), "--json", _folder.File("report.json"));
        BudgetReport budget = TuningReport.Load(_folder.File("report.json")).Budget!;
        Assert.Equal((new() { Keep = 0.9 }, _folder.File("control.txt")), (budget.Budget, budget.Text));
        Assert.NotEmpty(budget.Probes);
        Assert.Contains("\nBudget        loss at most 10 % higher, on", output);
        Assert.Contains("\nBudget's time ", output);
        Assert.DoesNotContain("English", error);
        Assert.Matches("(?m)^Epoch .* of the budget used, ", error);
    }

    [Fact]
    public void What_a_base_model_cannot_be_asked_for_is_told_with_the_option_that_would_do()
    {
        Directory.Delete(_folder.File("base"), recursive: true);
        Directory.Delete(Path.Combine(TinyModel.WriteSentenceEncoder(_folder, "base"), "1_Pooling"), recursive: true);
        Refused("--keep is 0.9, but ", "--keep", "0.9");
        Refused("Give --max-drift instead, or use a base model with its head.", "--max-kl", "0.1");
        Tune("--epochs", "1", "--max-drift", "0.5", "--lr", "1e-4");
    }

    [Fact]
    public void Without_a_text_of_its_own_a_budget_is_measured_on_the_one_that_ships()
    {
        (string output, string error) = Tune("--epochs", "1", "--max-drift", "0.5", "--lr", "1e-4", "--rollbacks", "0");
        Assert.StartsWith("The budget is measured on English prose", error);
        Assert.Contains("Budget        drift at most 0.5, on English prose", output);
        Assert.Contains("Rate          0.0001, as given", output);
    }

    [Fact]
    public void A_run_that_ended_can_be_resumed_and_stays_the_same()
    {
        string[] states = ["--epochs", "2", "--checkpoint", _folder.File("states"), "--checkpoint-every", "2"];
        string[] options = [.. states, "--json", _folder.File("report.json")];
        Tune(options);
        double[] losses = [.. TuningReport.Load(_folder.File("report.json")).Losses.Select(step => step.Loss)];
        Tune([.. options, "--resume"]);
        Assert.Equal(losses, TuningReport.Load(_folder.File("report.json")).Losses.Select(step => step.Loss));
        // Another seed is another run.
        Refused(
            ": --seed was 0 and is 5 now. Set it to what it was, or leave --resume out, and a new run replaces the state.",
            [.. states, "--resume", "--seed", "5"]);
    }

    [Theory]
    [InlineData("", "--train {0}/train.tsv is empty")]
    [InlineData("Label\tText\n", "--train {0}/train.tsv has no rows")]
    [InlineData("Mood\tText\ngood\ta\n", "--train {0}/train.tsv has no column \"Label\". Its columns are: Mood, Text. Name")]
    [InlineData("Label\tBody\ngood\ta\n", "--train {0}/train.tsv has no column \"Text\". Its columns are: Label, Body. Name")]
    [InlineData("Label\tText\ngood\ta\ngood\tb\n", "--train {0}/train.tsv, column \"Label\": every label is \"good\".")]
    [InlineData("Label\tText\ngood\ta\nodd\tb\n", "--test {0}/test.tsv, column \"Label\": the label of row 2, \"bad\"")]
    public void Files_that_do_not_fit_are_one_message_before_any_work(string train, string message)
    {
        File.WriteAllText(_folder.File("train.tsv"), train);
        Refused(string.Format(CultureInfo.InvariantCulture, message, _folder.Path), "--test", _folder.File("test.tsv"));
    }

    [Fact]
    public void A_base_model_that_is_none_is_named()
    {
        Directory.Delete(_folder.File("base"), recursive: true);
        Refused(_folder.File("base"));
        Directory.CreateDirectory(_folder.File("base"));
        Refused(_folder.File("base"));
    }

    /// <summary>What the trainer calls by its properties' names is called by the options' here.</summary>
    [Fact]
    public void Options_that_do_not_fit_are_told_by_their_names()
    {
        Refused("--max-length is 4000; allowed is ", "--max-length", "4000");
        Refused("--head-epochs is 3; allowed is 0 or more and below --epochs, 2.", "--head-epochs", "3", "--epochs", "2");
        Refused(
            "Give an --include or --exclude that leaves them out, or --method direct.",
            "--method", "lora", "--embeddings", "--fraction", "1");
        Refused("--optimizer-memory is 100; allowed is ", "--optimizer-memory", "100");
        Refused("--include is \"nothing\", which matches none", "--include", "nothing");
    }

    [Fact]
    public void A_place_for_results_that_is_not_there_is_found_first()
    {
        foreach (string option in (string[])["--report", "--json"])
            Refused($"{option}: there is no folder {_folder.File("no")}", option, _folder.File("no/where"));
    }

    [Fact]
    public void A_run_cancelled_before_an_epoch_ended_leaves_nothing()
    {
        string[] before = Files;
        (int exitCode, string output, string error) = Tool.Run(new CancellationToken(canceled: true), Arguments([]));
        Assert.Equal((ExitCode.Cancelled, ""), (exitCode, output));
        Assert.StartsWith("Cancelled", error);
        Assert.Equal(before, Files);
    }

    private (string Output, string Error) Tune(params string[] options)
    {
        (int exitCode, string output, string error) = Tool.Run(Arguments(options));
        Assert.True(exitCode == 0, error);
        return (output, error);
    }

    private void Predict()
    {
        string[] files = ["--data", _folder.File("new.tsv"), "--output", _folder.File("out.tsv")];
        Assert.Equal(0, Tool.Run(["predict", _folder.File("model.zip"), .. files]).ExitCode);
    }

    private void Refused(string message, params string[] options)
    {
        string[] before = Files;
        (int exitCode, string output, string error) = Tool.Run(Arguments(options));
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.Contains(message, error.TrimEnd().Split('\n')[^1]);
        Assert.Equal(before, Files);
    }

    private string[] Arguments(string[] options) =>
    [
        "tune", "--base", _folder.File("base"), "--train", _folder.File("train.tsv"), "--output", _folder.File("model.zip"), "--no-cache",
        "--batch-size", "8", .. options,
    ];

    private string[] Files => [.. Directory.EnumerateFileSystemEntries(_folder.Path).Order(StringComparer.Ordinal)];

    private void WriteTexts(string file, int count, int seed)
    {
        var rows = TinyModel.Texts(count, seed: seed, longest: 4).Select(row => $"{(row.Class == 0 ? "good" : "bad")}\t{row.Text}");
        File.WriteAllLines(_folder.File(file), rows.Prepend("Label\tText"));
    }

    [GeneratedRegex("Micro accuracy: ([0-9.]+)")]
    private static partial Regex AccuracyLine();
}
