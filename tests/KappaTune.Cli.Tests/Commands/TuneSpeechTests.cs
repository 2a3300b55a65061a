using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Audio;
using Microsoft.ML.KappaTune.Tests.Fusion;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>From a language model and a table of recordings to a model that hears.</summary>
public sealed class TuneSpeechTests(SpeechSample sample) : IClassFixture<SpeechSample>
{
    [Fact]
    public void Recordings_are_learnt_measured_and_reported()
    {
        var report = TuningReport.Load(sample["report.json"]);
        Assert.Equal((20, 48, 12), (report.Epochs.Count, report.TrainingRows, report.ValidationRows));
        TranscriptErrors[] epochs = [.. report.Epochs.Select(epoch => epoch.Validation!.Transcripts!.Value)];
        (TranscriptErrors first, TranscriptErrors last) = (epochs[0], epochs[^1]);
        Assert.True(last.Words.Value < 0.2 && first.Words.Value > last.Words.Value, sample.Output);
        // A capital is an error as it is written, which a model of small letters makes.
        Assert.True(last.RawWords.Value >= 1, sample.Output);
        Assert.Matches("Word errs +Char errs", sample.Output);
        Assert.All(sample.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        string Share(ErrorRate rate) => FormattableString.Invariant($"{100 * rate.Value:0.0} %");
        Assert.Contains(
            $": validation loss {FormattableString.Invariant($"{report.Epochs[^1].Validation!.Loss:0.0000}")}, word errors "
            + $"{Share(last.Words)}, character errors {Share(last.Characters)}",
            sample.Error);
        Assert.Matches(@"(?m)^Epoch 2/20, loss .* tokens/s, lr ", sample.Error);
        Assert.Contains("\"transcripts\":{\"words\":{\"substitutions\":", Compact(File.ReadAllText(sample["report.html"])));

        // The test's figures are those of the validation, which was on the same rows after the last epoch.
        Assert.Contains("Recordings:       12\n", sample.Output);
        Assert.Contains($"Word errors:      {Share(last.Words)} of 12 words: ", sample.Output);
        Assert.Contains($"Character errors: {Share(last.Characters)} of 42 characters: ", sample.Output);
        Assert.Contains(
            $"As written:       word errors {Share(last.RawWords)}, character errors {Share(last.RawCharacters)}\n", sample.Output);
        using var model = (KappaTuneSpeechTransformer)new MLContext().Model.Load(sample["model.zip"], out DataViewSchema schema);
        Assert.Equal(["File", "Said"], schema.Select(column => column.Name));
        Assert.Equal(report.TrainableParameters, model.Report!.TrainableParameters);
    }

    [Fact]
    public void The_encoder_learns_alone_first_and_an_adapter_and_a_folder_are_written()
    {
        using var folder = new TemporaryFolder();
        string tuned = folder.File("tuned"), adapter = folder.File("adapter");
        (int exitCode, string output, string error) = sample.Tune(
            "--epochs", "1", "--encoder-epochs", "2", "--validation-fraction", "0.25", "--early-stopping", "word-error-rate", "--method",
            "lora", "--rank", "2", "--retention-prompt", "the film", "--adapter", adapter, "--output", tuned);
        Assert.True(exitCode == 0, error);
        Assert.Contains($"Saved:        {tuned}", output);
        Assert.Matches("(?m)^Answers +[01] of 1 as before$", output);
        Assert.Matches(@"(?m)^The encoder alone: epoch 2 of 2, loss ", error);
        foreach (string name in (string[])["fusion.json", "fusion.safetensors", "sound.json"])
            Assert.True(File.Exists(Path.Combine(tuned, name)) && File.Exists(Path.Combine(adapter, name)), name);

        // Both are the model.
        string[] hear = ["transcribe", "--data", sample["test.tsv"], "--device", "cpu", "--threads", "1"];
        (exitCode, output, error) = Tool.Run([.. hear, "--model", tuned]);
        Assert.True(exitCode == 0, error);
        Assert.Equal((0, output, ""), Tool.Run([.. hear, "--model", sample.Base, "--adapter", adapter]));

        // What hears already has an encoder.
        (exitCode, _, error) = sample.Tune("--base", tuned, "--encoder-epochs", "1", "--output", folder.File("again"));
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.StartsWith("The base model has an encoder already. Leave --encoder-epochs out.", error);
        (exitCode, _, error) = sample.Tune("--base", tuned, "--bands", "5", "--output", folder.File("again"));
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("sound.json says how. Give the options of sound that make that", error);
        (exitCode, _, error) = sample.Tune("--base", tuned, "--prompt-after", "x", "--output", folder.File("again"));
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("Give the options of encoder, projector and prompts that are these", error);
        Assert.False(Directory.Exists(folder.File("again")));
    }

    [Fact]
    public void An_encoder_that_is_read_is_heard_with_and_messages_are_in_the_commands_words()
    {
        using var folder = new TemporaryFolder();
        string report = folder.File("report.json"), tuned = folder.File("tuned");
        (int exitCode, string output, string error) =
            Begin(RecordedEncoder.Whisper, "--max-seconds", "1", "--train-encoder", "--encoder-lr", "1e-5", "--json", report);
        Assert.True(exitCode == 0, error);
        Assert.Contains($"Saved:        {tuned}", output);
        Assert.Equal(8, TuningReport.Load(report).TrainingRows);
        string sound = File.ReadAllText(Path.Combine(tuned, "sound.json"));
        Assert.Contains("\"bands\": 6", sound);
        Assert.Contains("\"maximum_seconds\": 1", sound);

        Fails("The base model has an encoder already. Leave --encoder-model out.", RecordedEncoder.Whisper, "--base", tuned);
        Fails("Give a --max-length of as many, or more --convolutions or --stacked-vectors.", RecordedEncoder.Whisper, "--max-length", "8");
        Fails("or raise --max-seconds.", RecordedEncoder.Whisper, "--max-seconds", "0.01");
        Fails("The options of sound say otherwise than the encoder: ", RecordedEncoder.Whisper, "--bands", "7");
        Fails("Leave them out, or give those.", RecordedEncoder.Whisper, "--bands", "7");
        Fails("the encoder takes samples. Leave them out.", RecordedEncoder.Wav2Vec2, "--max-seconds", "1");

        (int ExitCode, string Output, string Error) Begin(string encoder, params string[] options) => Tool.Run(
        [
            "tune", "--task", "speech", "--no-cache", "--train", ShortTones(folder), "--encoder-model", RecordedEncoder.Folder(encoder),
            "--fraction", "0.5", "--epochs", "1", "--batch-size", "8", "--threads", "1", "--device", "cpu", "--stacked-vectors", "2",
            "--projector-size", "16", "--prompt-before", "the film", "--prompt-after", "we think", .. options,
            "--output", options.Contains("--json") ? tuned : folder.File("again"),
            .. options.Contains("--base") ? (string[])[] : ["--base", sample.Base],
        ]);

        void Fails(string message, string encoder, params string[] options)
        {
            (int wrong, _, string why) = Begin(encoder, options);
            Assert.Equal(ExitCode.BadInput, wrong);
            Assert.Contains(message, why);
        }
    }

    [Fact]
    public void A_run_that_was_cancelled_goes_on()
    {
        using var folder = new TemporaryFolder();
        string[] arguments =
        [
            "--epochs", "3", "--checkpoint", folder.File("state"), "--checkpoint-every", "1", "--retention-text",
            folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text))),
        ];
        (int exitCode, _, string error) =
            sample.Tune([.. arguments, "--output", folder.File("whole.zip"), "--json", folder.File("a.json")]);
        Assert.True(exitCode == 0, error);
        var whole = TuningReport.Load(folder.File("a.json"));
        Assert.NotNull(whole.Retention!.BitsPerByte);
        // The state of a run that ended is its end: nothing is left to do.
        (exitCode, _, error) = sample.Tune(
            [.. arguments, "--resume", "--output", folder.File("again.zip"), "--json", folder.File("b.json")]);
        Assert.True(exitCode == 0, error);
        Assert.Equal(whole.Losses, TuningReport.Load(folder.File("b.json")).Losses);
        (exitCode, _, error) = sample.Tune([.. arguments, "--resume", "--bands", "5", "--output", folder.File("other.zip")]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("is of another run", error);
    }

    [Theory]
    [InlineData("File\tSaid\nnone.wav\tgood\n", "none.wav: there is no such file. Check the path.")]
    [InlineData("File\tSaid\n\tgood\n", "Row 1 of the training data, column 'File': There is no path.")]
    [InlineData("File\tText\na.wav\tgood\n", "has no column \"Said\". Its columns are: File, Text. Name the right one with --said.")]
    [InlineData("Path\tSaid\na.wav\tgood\n", "has no column \"File\". Its columns are: Path, Said. Name the right one with --file.")]
    [InlineData("File\tSaid\n", "has no rows below its first line")]
    public void What_is_wrong_with_a_table_is_one_message(string content, string message)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string error) =
            sample.Tune("--train", folder.Write("train.tsv", content), "--output", folder.File("model.zip"));
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.Contains(message, error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(folder.File("model.zip")));
    }

    [Theory]
    [InlineData("", "--base: name a language model: a folder in Hugging Face layout or a .gguf file; none comes along.")]
    [InlineData("--base b --text T", "--text: only with --task classification or lm.")]
    [InlineData("--base b --label L", "--label: only with --task classification.")]
    [InlineData("--base b --completion c", "--completion: only with --task lm.")]
    [InlineData("--base b --class-weights balanced", "--class-weights: only with --task classification.")]
    [InlineData("--base b --file A --said A", "--file and --said name the same column twice.")]
    [InlineData("--base b --said File", "--file and --said name the same column twice.")]
    [InlineData("--base b --bands 0", "--bands is 0; allowed is from 1 to 512.")]
    [InlineData("--base b --convolutions 9", "--convolutions is 9; allowed is from 1 to 8.")]
    [InlineData("--base b --encoder-lr 2", "--encoder-lr is 2; allowed is above 0 and at most 1.")]
    [InlineData("--base b --encoder-model m --convolutions 2", "--convolutions: not with --encoder-model, whose files say how it is.")]
    [InlineData("--base b --encoder-model m --encoder-epochs 1", "--encoder-epochs: not with --encoder-model")]
    [InlineData("--base b --encoder-model m --raw-frames", "--raw-frames: not with --encoder-model")]
    [InlineData("--base b --early-stopping word-error-rate", "--early-stopping needs validation rows")]
    [InlineData("--base b --output o.gguf", "--output: a model that hears isn't written as .gguf; name a .zip or .mlnet file, or a folder")]
    [InlineData("--task lm --base b --said S", "--said: only with --task speech.")]
    public void Wrong_usage_is_said(string options, string message)
    {
        string output = options.Contains("--output") ? "" : " --output o.zip", task = options.Contains("--task") ? "" : "--task speech ";
        (int exitCode, _, string error) =
            Tool.Run($"tune {task}--train t{output} {options}".Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains(message, error);
    }

    /// <summary>A table of tones as short as the tiny encoder's window.</summary>
    private static string ShortTones(TemporaryFolder folder)
    {
        IEnumerable<string> rows = Enumerable.Range(0, 8).Select(i =>
        {
            string file = $"short-{i}.wav";
            File.WriteAllBytes(folder.File(file), WaveBytes.Of(8000, WaveBytes.Tone(8000, i % 2 == 0 ? 300 : 2500, 1600)));
            return $"{file}\t{(i % 2 == 0 ? "good" : "bad")}";
        });
        return folder.Write("short.tsv", string.Join('\n', rows.Prepend("File\tSaid")) + "\n");
    }

    private static string Compact(string json) => Regex.Replace(json, @"\s+", "");
}
