using System.Globalization;
using System.Text.Json;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>A language model that learns to tell classes, by its words or by a new head, from files to what it kept.</summary>
public sealed class TuneDecoderTests : IDisposable
{
    private static readonly string[] ByWords = ["--prompt", "{text} we think", "--words", "good=fine,bad=poor"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public TuneDecoderTests()
    {
        _base = TinyDecoder.Write(_folder);
        WriteTexts("train.tsv", 128, seed: 1);
        WriteTexts("test.tsv", 40, seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Words_are_learnt_measured_saved_and_predicted()
    {
        string output = Tune(
            [.. ByWords, "--test", _folder.File("test.tsv"), "--epochs", "8", "--fraction", "1", "--lr", "0.01"]);
        Assert.Contains("Confusion table", output);
        TuningReport report = TuningReport.Load(_folder.File("report.json"));
        Assert.Equal(["bad", "good"], report.Classes);
        (int exitCode, string measured, string error) = Tool.Run(
            "evaluate", _folder.File("model.zip"), "--data", _folder.File("test.tsv"), "--json", _folder.File("metrics.json"));
        Assert.True(exitCode == 0, error);
        Assert.EndsWith(measured, output);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(_folder.File("metrics.json"))).RootElement;
        Assert.True(metrics.GetProperty("micro_accuracy").GetDouble() > 0.7, output);

        _folder.Write("new.tsv", "Text\na good film\na bad film\n");
        (exitCode, _, error) = Tool.Run(
            "predict", _folder.File("model.zip"), "--data", _folder.File("new.tsv"), "--output", _folder.File("out.tsv"));
        Assert.True(exitCode == 0, error);
        string[][] rows = [.. File.ReadAllLines(_folder.File("out.tsv")).Select(line => line.Split('\t'))];
        Assert.Equal(["Text", "PredictedLabel", "Score.bad", "Score.good"], rows[0]);
        Assert.All(rows[1..], row => Assert.Equal(1, row[2..].Sum(score => double.Parse(score, CultureInfo.InvariantCulture)), 1e-5));
    }

    [Fact]
    public void The_prompt_and_the_words_may_be_left_to_their_defaults()
    {
        _folder.Write(
            "pairs.tsv", "we\tFirst\tSecond\nbad\tthe film\tsad\ngood\ta book\tfine\nbad\ta meal\tpoor\ngood\tthe film\tgreat\n");
        Tune(
            [
                "--train", _folder.File("pairs.tsv"), "--label", "we", "--text", "First", "--text2", "Second", "--words", "good=fine",
                "--epochs", "1", "--fraction", "1",
            ]);
        Tune(["--word-scores", "calibrated", "--epochs", "1"]);
    }

    [Theory]
    [InlineData(true, "direct")]
    [InlineData(true, "lora")]
    [InlineData(false, "direct")]
    [InlineData(false, "lora")]
    public void What_it_kept_is_what_its_own_report_says(bool areWords, string method)
    {
        string text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
        string[] adapter = method == "lora" ? ["--adapter", _folder.File("adapter")] : [];
        Tune(
            [
                .. areWords ? ByWords : [], .. adapter, "--method", method, "--epochs", "2", "--fraction", "0.5", "--lr", "0.02",
                "--retention-text", text,
            ]);
        RetentionChange expected = TuningReport.Load(_folder.File("report.json")).Retention!.BitsPerByte!;
        Assert.NotEqual(expected.Before.Value, expected.After.Value);
        foreach (string tuned in (string[])["model.zip", .. method == "lora" ? (string[])["adapter"] : []])
        {
            string kept = _folder.File("kept.json");
            (int exitCode, _, string error) =
                Tool.Run("retention", _base, _folder.File(tuned), "--text", text, "--json", kept, "--device", "cpu");
            Assert.True(exitCode == 0, error);
            JsonElement bits =
                JsonDocument.Parse(File.ReadAllText(kept)).RootElement.GetProperty("texts")[0].GetProperty("bits_per_byte");
            Assert.Equal(expected.Before.Value, bits.GetProperty("before").GetProperty("value").GetDouble(), 1e-5);
            Assert.Equal(expected.After.Value, bits.GetProperty("after").GetProperty("value").GetDouble(), 1e-5);
        }
    }

    [Fact]
    public void A_saved_classifier_is_no_base_to_compare_with()
    {
        Tune(["--epochs", "1", .. ByWords]);
        (int exitCode, _, string error) = Tool.Run(
            "compare", "--task", "lm", "--base", _folder.File("model.zip"), "--train", _folder.File("train.tsv"), "--test",
            _folder.File("test.tsv"), "--control", "english", "--output", _folder.File("out"));
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("A saved model is no checkpoint: name the folder of its base model", error);
    }

    [Fact]
    public void Words_are_checked_before_the_scan()
    {
        (int exitCode, _, string error) = Tool.Run(Arguments(["--words", "good=poor bad,bad=poor"]));
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(
            "\"poor bad\" begin with those of \"poor\", which is then always at least as likely. Name other words in --words.",
            Assert.Single(error.TrimEnd().Split('\n')));
        // A label that isn't named is its own word.
        (exitCode, _, error) = Tool.Run(Arguments(["--words", "good=bad"]));
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.StartsWith("Two classes have the word \"bad\", bad and good; each needs one of its own in --words.", error);
    }

    [Fact]
    public void A_word_is_one_of_a_class()
    {
        (int exitCode, _, string error) = Tool.Run(Arguments(["--words", "maybe=odd"]));
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("--words is maybe; allowed is the names of classes: bad, good.", error);
    }

    [Theory]
    [InlineData("--base b --prompt {x}", "--prompt is {x}; allowed is one with {text}")]
    [InlineData("--base b --prompt {text}", "--prompt is {text}; allowed is one with words of its own behind the last text")]
    [InlineData("--base b --prompt {text}:{pair}:", "--prompt has {pair}, for which the second text stands: name its column with --text2.")]
    [InlineData("--base b --text2 t --prompt {text}:", "--prompt has no {pair}, for which the second text of --text2 stands.")]
    [InlineData("--base b --words good", "'good' isn't LABEL=WORD")]
    [InlineData("--base b --words good=fine,good=poor", "'good=poor' isn't LABEL=WORD, each label once")]
    [InlineData(
        "--base b --words good=fine,bad=fine", "--words: 'bad=fine' has the word of the label good; each needs one of its own.")]
    [InlineData("--base b --words a=b --head-epochs 1", "--head-epochs: not where classes are words, which have no new head.")]
    [InlineData("--base b --prompt {text}: --label-smoothing 0.1", "--label-smoothing: not where classes are words")]
    [InlineData("--words a=b", "--base: name a language model: a folder in Hugging Face layout or a .gguf file; none comes along.")]
    [InlineData("--words a=b --base Embedded", "--base: Embedded is an encoder; name a language model: a folder in Hugging Face layout or")]
    [InlineData("--base b --task lm --word-scores per-token", "--word-scores: only with --task classification.")]
    public void A_wrong_option_is_named(string options, string message)
    {
        (int exitCode, _, string error) = Tool.Run($"tune --train t --output o.zip {options}".Split(' '));
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains(message, error);
    }

    private string Tune(string[] arguments)
    {
        (int exitCode, string output, string error) = Tool.Run(Arguments(arguments));
        Assert.True(exitCode == 0, error);
        return output;
    }

    private string[] Arguments(string[] arguments)
    {
        string[] train = arguments.Contains("--train") ? [] : ["--train", _folder.File("train.tsv")];
        return
        [
            "tune", "--base", _base, "--no-cache", "--batch-size", "8", "--device", "cpu", "--output", _folder.File("model.zip"), "--json",
            _folder.File("report.json"), .. train, .. arguments,
        ];
    }

    private void WriteTexts(string file, int count, int seed) => File.WriteAllLines(
        _folder.File(file),
        TinyModel.Texts(count, seed: seed).Select(row => $"{(row.Class == 0 ? "good" : "bad")}\t{row.Text}").Prepend("Label\tText"));
}
