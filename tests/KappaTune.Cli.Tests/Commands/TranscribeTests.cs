using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Audio;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>
/// A model that hears writes what is said, and other commands say what it is or take it for the language model that it is.
/// </summary>
public sealed class TranscribeTests : IClassFixture<SpeechSample>, IDisposable
{
    private static readonly string[] OfTranscripts = ["Transcript", "LogLikelihood", "MeanLogLikelihood", "NoSpeech"];

    private readonly SpeechSample _sample;
    private readonly TemporaryFolder _folder = new();

    public TranscribeTests(SpeechSample sample)
    {
        _sample = sample;
        Model = sample["model.zip"];
        Folder = _folder.File("tuned");
        Heard = Read(model => model.SaveModel(Folder));
    }

    /// <summary>The saved model, and its folder.</summary>
    private string Model { get; }

    private string Folder { get; }

    /// <summary>What the library hears in the tones of the test's table.</summary>
    private string[] Heard { get; }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_a_recording_by_the_file_and_by_the_folder()
    {
        string first = Tone(0), second = Tone(1);
        string expected = $"{first}: {Heard[0]}\n{second}: {Heard[1]}\n";
        Assert.NotEqual(Heard[0], Heard[1]);
        foreach (string model in (string[])[Model, Folder])
        {
            Assert.Equal((0, expected, ""), Tool.Run("transcribe", first, second, "--model", model));
            Assert.Equal((0, $"{Heard[0]}\n", ""), Tool.Run("transcribe", first, "--model", model, "--threads", "1", "--device", "cpu"));
        }
    }

    [Fact]
    public void Rows_and_JSON_have_how_sure_it_is()
    {
        string json = _folder.File("heard.json");
        (int exitCode, string output, string error) =
            Tool.Run("transcribe", Tone(0), Tone(1), "--model", Model, "--output", "-", "--json", json);
        Assert.Equal((0, $"Saved:    {json}\n"), (exitCode, error));
        string[][] rows = [.. output.TrimEnd().Split('\n').Select(line => line.Split('\t'))];
        Assert.Equal(["File", .. OfTranscripts], rows[0]);
        JsonElement files = JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("files");
        foreach ((int i, string[] row) in rows[1..].Index())
        {
            Assert.Equal((Tone(i), Heard[i]), (row[0], row[1]));
            JsonElement file = files[i];
            Assert.Equal((row[0], row[1]), (file.GetProperty("file").GetString(), file.GetProperty("transcript").GetString()));
            Assert.Equal(Number(row[2]), file.GetProperty("log_likelihood").GetDouble(), 1e-6);
            Assert.Equal(Number(row[3]), file.GetProperty("mean_log_likelihood").GetDouble(), 1e-6);
            Assert.Equal(Number(row[4]), file.GetProperty("no_speech").GetDouble(), 1e-6);
            Assert.InRange(Number(row[2]), -20, Number(row[3]));
            Assert.InRange(Number(row[4]), 0, 1);
            Assert.False(file.TryGetProperty("problem", out _));
        }

        (exitCode, output, _) = Tool.Run("transcribe", Tone(0), "--model", Model, "--output", _folder.File("heard.csv"));
        Assert.Equal((0, $"Saved:    {_folder.File("heard.csv")}\n"), (exitCode, output));
        Assert.StartsWith("File,Transcript,", File.ReadAllText(_folder.File("heard.csv")));
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_told_by_its_name_and_the_others_are_heard()
    {
        string none = _folder.File("none.wav"), text = _folder.Write("text.wav", "no sound"), json = _folder.File("heard.json");
        // More vectors than the model's context has places.
        string longer = _folder.Write("long.wav", WaveBytes.Of(8000, new double[32_000]));
        (int exitCode, string output, string error) =
            Tool.Run("transcribe", Tone(0), none, Tone(1), text, longer, "--model", Model);
        Assert.Equal((ExitCode.BadInput, $"{Tone(0)}: {Heard[0]}\n{Tone(1)}: {Heard[1]}\n"), (exitCode, output));
        string[] lines = error.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal($"{none}: there is no such file. Check the path.", lines[0]);
        Assert.StartsWith(text, lines[1]);
        Assert.StartsWith($"{longer}: The recording has ", lines[2]);
        Assert.Equal("3 of 5 recordings couldn't be heard.", lines[3]);

        (exitCode, output, _) = Tool.Run("transcribe", none, Tone(1), "--model", Model, "--output", "-", "--json", json);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains($"\n{none}\t\t\t\t\n", output);
        JsonElement files = JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("files");
        Assert.Equal(["file", "problem"], files[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal(Heard[1], files[1].GetProperty("transcript").GetString());
        Assert.Equal(ExitCode.BadInput, Tool.Run("transcribe", none, "--model", Folder).ExitCode);
    }

    [Fact]
    public void Of_what_is_too_long_no_property_of_the_library_is_told()
    {
        string file = _folder.Write("long.wav", WaveBytes.Of(8000, WaveBytes.Tone(8000, 300, 61 * 8000)));
        (int exitCode, _, string error) = Tool.Run("transcribe", file, "--model", Model);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("lasts 61.0 seconds, and at most 60 are taken. Cut it into utterances.\n", error);
    }

    [Fact]
    public void A_table_keeps_its_columns_and_its_paths_start_from_its_folder()
    {
        (int exitCode, string output, string error) =
            Tool.Run("transcribe", "--data", _sample["test.tsv"], "--model", Folder, "--output", "-");
        Assert.Equal((0, ""), (exitCode, error));
        string[][] rows = [.. output.TrimEnd().Split('\n').Select(line => line.Split('\t'))];
        Assert.Equal(["File", "Said", .. OfTranscripts], rows[0]);
        Assert.Equal(Heard, rows[1..].Select(row => row[2]));
        Assert.Equal("tones/2-0.wav", rows[1][0]);

        string table = _folder.Write("other.csv", $"Id,Path\n1,{Tone(0)}\n2,\n");
        (exitCode, output, error) = Tool.Run("transcribe", "--data", table, "--file", "Path", "--model", Model);
        Assert.Equal((ExitCode.BadInput, $"{Tone(0)}: {Heard[0]}\n"), (exitCode, output));
        Assert.StartsWith($"--data {table}, row 2: There is no path.", error);
        (exitCode, _, error) = Tool.Run("transcribe", "--data", table, "--model", Model);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("has no column \"File\". Its columns are: Id, Path. Name the right one with --file.", error);
    }

    [Fact]
    public void Pipes_are_heard_and_written()
    {
        using (Process program = Tool.StartPiped("transcribe", "--data", "-", "--output", "-", "--model", Model))
        {
            program.StandardInput.Write($"File\n{Tone(1)}\n");
            program.StandardInput.Close();
            string[] lines = program.StandardOutput.ReadToEnd().TrimEnd().Split('\n');
            program.WaitForExit();
            Assert.Equal(0, program.ExitCode);
            Assert.StartsWith($"{Tone(1)}\t{Heard[1]}\t", lines[1].TrimEnd());
        }

        using Process sound = Tool.StartPiped("transcribe", "-", "--model", Model);
        sound.StandardInput.BaseStream.Write(File.ReadAllBytes(Tone(0)));
        sound.StandardInput.Close();
        Assert.Equal(Heard[0], sound.StandardOutput.ReadToEnd().TrimEnd());
        sound.WaitForExit();

        // What is wrong with it is said of what the user knows.
        using Process wrong = Tool.StartPiped("transcribe", "-", "--model", Model);
        wrong.StandardInput.Write("no sound");
        wrong.StandardInput.Close();
        string error = wrong.StandardError.ReadToEnd();
        wrong.WaitForExit();
        Assert.Equal(ExitCode.BadInput, wrong.ExitCode);
        Assert.Matches(@"(?m)^standard input[:,] ", error);
        Assert.DoesNotContain("kappatune-", error);
    }

    [Fact]
    public void It_is_measured_where_it_is_known_what_was_said()
    {
        string json = _folder.File("errors.json");
        foreach (string model in (string[])[Model, Folder])
        {
            (int exitCode, string output, string error) =
                Tool.Run("evaluate", model, "--data", _sample["test.tsv"], "--json", json, "--threads", "1");
            Assert.True(exitCode == 0, error);
            // As tuning measured it on the same rows.
            Assert.EndsWith(output, _sample.Output);
            TranscriptErrors errors = TuningReport.Load(_sample["report.json"]).Epochs[^1].Validation!.Transcripts!.Value;
            JsonElement root = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
            Assert.Equal(12, root.GetProperty("rows").GetInt32());
            foreach ((string name, ErrorRate rate) in ((string, ErrorRate)[])
                [
                    ("words", errors.Words), ("characters", errors.Characters), ("raw_words", errors.RawWords),
                    ("raw_characters", errors.RawCharacters),
                ])
            {
                JsonElement its = root.GetProperty(name);
                Assert.Equal(
                    (rate.Value, rate.Substitutions, rate.Insertions, rate.Deletions, rate.Length),
                    (
                        its.GetProperty("rate").GetDouble(), Count("substitutions"), Count("insertions"), Count("deletions"),
                        Count("length")));

                long Count(string part) => its.GetProperty(part).GetInt64();
            }
        }
    }

    [Theory]
    [InlineData("File\tSaid\nnone.wav\tgood\n", "", "Row 1: ")]
    [InlineData("File\tLabel\na.wav\tgood\n", "", "Its columns are: File, Label. Name the right one with --said.")]
    [InlineData("File\tSaid\na.wav\tgood\n", "--label File", "it hears; --said names the column of what is said. Leave it out.")]
    public void What_it_is_measured_on_is_to_be_right(string content, string options, string message)
    {
        string[] others = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (int exitCode, string output, string error) =
            Tool.Run(["evaluate", Model, "--data", _folder.Write("test.tsv", content), .. others]);
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.Contains(message, error);
    }

    [Fact]
    public void Other_commands_take_its_text_or_say_what_to_use()
    {
        string text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
        string[] texts =
        [
            .. new[] { Model, Folder }.Select(model =>
            {
                (int exitCode, string output, string error) = Tool.Run("generate", model, "--prompt", "we saw", "--max-tokens", "3");
                Assert.True(exitCode == 0, error);
                Assert.Equal(0, Tool.Run("retention", _sample.Base, model, "--text", text, "--windows", "4").ExitCode);
                (exitCode, output, error) = Tool.Run("predict", model, "--data", _sample["test.tsv"], "--output", _folder.File("out.tsv"));
                Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
                Assert.Contains("kappatune transcribe writes, also for the rows of a table (--data).", error);
                Assert.Single(error.TrimEnd().Split('\n'));
                return Tool.Run("generate", model, "--prompt", "we saw", "--max-tokens", "3").Output;
            }),
        ];
        Assert.Equal(texts[0], texts[1]);
        (int code, _, string problem) = Tool.Run("report", _sample["report.json"]);
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(_sample["report.json"], problem);
    }

    [Theory]
    [InlineData("transcribe --model m", "Name recordings, or a table of them with --data.")]
    [InlineData("transcribe a.wav", "'--model' is required")]
    [InlineData("transcribe a.wav --data t --model m", "FILE and --data exclude each other: give one.")]
    [InlineData("transcribe a.wav --file F --model m", "--file: only with --data.")]
    [InlineData("transcribe a.wav --model minilm", "--model: minilm is an encoder; name a language model: a folder")]
    [InlineData("transcribe a.wav --model m.zip --adapter a", "--adapter: not with a .zip or .mlnet file, which has all that was trained.")]
    [InlineData("transcribe a.wav --model m --threads 0", "--threads: 0 isn't 1 or more.")]
    public void Wrong_usage_is_said(string arguments, string message)
    {
        (int exitCode, _, string error) = Tool.Run(arguments.Split(' '));
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains(message, error);
    }

    [Fact]
    public void A_model_that_does_not_hear_is_named()
    {
        using var workspace = new Workspace();
        foreach ((string model, string problem) in ((string, string)[])
            [
                (_sample.Base, "fusion.json: it isn't there, without which a language model doesn't hear."),
                (PointsModel.Save(workspace), "has no model that KappaTuneSpeech tuned."),
                (_folder.File("none.zip"), "none.zip"),
            ])
        {
            (int exitCode, string output, string error) = Tool.Run("transcribe", Tone(0), "--model", model);
            Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
            Assert.Contains(problem, error);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public void No_recording_is_overwritten_and_a_cancelled_command_writes_nothing()
    {
        string tone = _folder.Write("tone.wav", File.ReadAllBytes(Tone(0)));
        (int exitCode, _, string error) = Tool.Run("transcribe", tone, "--model", Model, "--json", tone);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains($"--json {tone} would overwrite FILE {tone}", error);
        (exitCode, string output, _) = Tool.Run(
            new CancellationToken(canceled: true), "transcribe", tone, "--model", Model, "--json", _folder.File("heard.json"));
        Assert.Equal((ExitCode.Cancelled, ""), (exitCode, output));
        Assert.False(File.Exists(_folder.File("heard.json")));
    }

    /// <summary>A tone of the test's table.</summary>
    private string Tone(int row) => _sample[$"tones/2-{row}.wav"];

    private string[] Read(Action<KappaTuneSpeechTransformer> use)
    {
        var context = new MLContext();
        using var model = (KappaTuneSpeechTransformer)context.Model.Load(Model, out _);
        use(model);
        IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(row => new { File = Tone(row) }));
        return [.. model.Transform(rows).GetColumn<string>("Transcript")];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
