using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KappaTune.Cli.Data;
using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>From a language model and files of texts to a tuned one, as a .zip, a folder or an adapter.</summary>
public sealed class TuneLanguageModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public TuneLanguageModelTests()
    {
        _base = TinyDecoder.Write(_folder);
        WriteTable("train.csv", 96, seed: 1);
        WriteTable("test.csv", 24, seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Completions_are_learnt_saved_measured_and_reported()
    {
        (string output, string error) = Tune(
            "train.csv", "--completion", "Completion", "--test", _folder.File("test.csv"), "--validation", _folder.File("test.csv"),
            "--epochs", "6", "--fraction", "1", "--lr", "0.01", "--report", _folder.File("report.html"));
        TuningReport report = Report();
        Assert.Equal((6, 96, 24), (report.Epochs.Count, report.TrainingRows, report.ValidationRows));
        Assert.True(report.Epochs[^1].Validation!.Loss < 0.6 * report.Epochs[0].Validation!.Loss, output);
        Assert.Matches("Guessed +Perplexity +Tok/s", output);
        Assert.Contains("Counted ", output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Matches(@"(?m)^Epoch 6/6: validation loss [0-9.]+, perplexity [0-9.]+$", error);
        Assert.Matches(@"(?m)^Epoch 2/6, loss .* tokens/s, lr ", error);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_folder.File("report.html")));

        // The test's figures are those of the validation, which was on the same rows after the last epoch.
        Match measured = Regex.Match(
            output,
            @"Test texts: +24, ([0-9]+) tokens that count\nTest loss: +([0-9.]+) nats a token, ([0-9.]+) before tuning\n"
            + @"Perplexity: +\S+, \S+ before tuning");
        Assert.True(measured.Success, output);
        Assert.Equal($"{report.Epochs[^1].Validation!.Loss:0.0000}", measured.Groups[2].Value);
        Assert.True(double.Parse(measured.Groups[3].Value, CultureInfo.InvariantCulture) > report.Epochs[^1].Validation!.Loss, output);

        using var model = (KappaTuneLanguageModelTransformer)new MLContext().Model.Load(_folder.File("model.zip"), out _);
        Assert.Equal(report.TrainableParameters, model.Report.TrainableParameters);
    }

    [Fact]
    public void What_it_answers_before_and_after_is_in_the_table_and_both_reports()
    {
        (string output, _) = Tune(
            "train.csv", "--completion", "Completion", "--epochs", "2", "--lr", "0.01", "--retention-prompt", "the film",
            "--retention-prompt", @"we\nthink", "--report", _folder.File("report.html"));
        TuningReport report = Report();
        Assert.Equal(["the film", "we\nthink"], report.Answers.Select(answer => answer.Prompt));
        int same = report.Answers.Count(answer => answer.IsSame);
        Assert.Matches(FormattableString.Invariant($@"(?m)^Answers +{same} of 2 as before$"), output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Matches("\"answers\":\\s*\\[\\s*\\{\\s*\"prompt\":\\s*\"the film\"", File.ReadAllText(_folder.File("report.html")));
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("lora")]
    public void What_learns_nothing_has_the_test_s_loss_from_before(string method)
    {
        (string output, _) = Tune(
            "train.csv", "--completion", "Completion", "--test", _folder.File("test.csv"), "--epochs", "1", "--lr", "1e-12", "--method",
            method);
        Match measured = Regex.Match(output, "Test loss: +([0-9.]+) nats a token, ([0-9.]+) before tuning");
        Assert.True(measured.Success, output);
        Assert.Equal(measured.Groups[1].Value, measured.Groups[2].Value);
    }

    [Fact]
    public void Json_lines_and_plain_texts_are_the_same_as_rows()
    {
        string[] texts = [.. TinyDecoder.Completions(16, seed: 4).Select(row => row.Prompt + row.Completion)];
        _folder.Write("train.tsv", string.Join('\n', texts.Prepend("Text")) + "\n");
        _folder.Write(
            "train.jsonl", string.Join('\n', texts.Select(text => JsonSerializer.Serialize(new { id = 1, body = text }))) + "\n\n");
        _folder.Write("train.txt", string.Join("\n\n", texts) + "\n");
        double[][] losses =
        [
            .. new[] { "train.tsv", "train.jsonl --text body", "train.txt" }.Select(file =>
            {
                Tune([.. file.Split(' '), "--epochs", "1", "--packing"]);
                return Report().Losses.Select(step => step.Loss).ToArray();
            }),
        ];
        Assert.Equal(losses[0], losses[1]);
        Assert.Equal(losses[0], losses[2]);
    }

    [Fact]
    public void A_paragraph_is_a_text_whatever_the_lines()
    {
        string path = _folder.Write("p.txt", "\n\none\ntwo\n \nthree\n\n\n");
        LanguageText[] expected = [new("one\ntwo", null), new("three", null)];
        Assert.Equal(expected, LanguageTexts.Read("--train", path, path, new(TableFormat.Tab, false), new("Text", null)));
    }

    [Fact]
    public void A_name_without_an_ending_is_a_folder_that_generates()
    {
        (string output, _) = Tune(
            "train.csv", "--completion", "Completion", "--epochs", "1", "--method", "lora", "--rank", "2", "--fraction", "1",
            "--adapter", _folder.File("adapter"), "--output", _folder.File("tuned"));
        Assert.Contains($"Saved:        {_folder.File("tuned")}", output);
        Assert.True(File.Exists(_folder.File("adapter/adapter_config.json")));
        (int exitCode, _, string error) = Tool.Run("generate", _folder.File("tuned"), "--prompt", "we", "--max-tokens", "2");
        Assert.True(exitCode == 0, error);
        string text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
        foreach (string tuned in (string[])["tuned", "adapter"])
            Assert.Equal(0, Tool.Run("retention", _base, _folder.File(tuned), "--text", text, "--windows", "8").ExitCode);
    }

    [Fact]
    public void Conversations_are_learnt_from_lists_texts_and_tables()
    {
        File.WriteAllText(
            Path.Combine(_base, "chat_template.jinja"),
            "[CLS]{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}[SEP]{% endif %}{% endfor %}");
        string[] talks =
        [
            .. TinyDecoder.Completions(16, seed: 4).Select(row => JsonSerializer.Serialize(
                new[] { new { role = "user", content = row.Prompt }, new { role = "assistant", content = row.Completion } })),
        ];
        _folder.Write("lists.jsonl", string.Concat(talks.Select(talk => $"{{\"messages\": {talk}}}\n")));
        _folder.Write(
            "texts.jsonl", string.Concat(talks.Select(talk => JsonSerializer.Serialize(new { messages = talk }) + "\n")));
        _folder.Write("table.tsv", string.Join('\n', talks.Prepend("messages")) + "\n");
        double[][] losses =
        [
            .. new[] { "lists.jsonl", "texts.jsonl", "table.tsv" }.Select(file =>
            {
                (string output, _) = Tune(
                    file, "--messages", "messages", "--test", _folder.File(file), "--epochs", "2", "--fraction", "1", "--lr", "0.01");
                Assert.Contains("Test texts:   16, ", output);
                return Report().Losses.Select(step => step.Loss).ToArray();
            }),
        ];
        Assert.Equal(losses[0], losses[1]);
        Assert.Equal(losses[0], losses[2]);
        // The prompts' turns count only where they are asked for.
        long? counted = Report().CountedTokens;
        Tune("lists.jsonl", "--messages", "messages", "--epochs", "1", "--count-prompts", "--special-tokens");
        Assert.True(Report().CountedTokens > counted);
    }

    [Fact]
    public void A_GGUF_file_generates_and_is_as_exact_as_asked_for()
    {
        string bytes = TinyDecoder.WriteBytes(_folder);
        string text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
        long[] sizes =
        [
            .. new[] { "--gguf-weights f32", "", "--gguf-weights q8" }.Select((weights, i) =>
            {
                string file = _folder.File($"tuned{i}.gguf");
                (string output, _) = Tune(
                    [
                        "train.csv", "--base", bytes, "--completion", "Completion", "--epochs", "1", "--max-length", "24", "--lr", "0.01",
                        "--output", file, .. weights.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    ]);
                Assert.Contains($"Saved:        {file}", output);
                Assert.Equal(0, Tool.Run("generate", file, "--prompt", "we", "--max-tokens", "2").ExitCode);
                (int exitCode, _, string error) = Tool.Run("retention", bytes, file, "--text", text, "--windows", "4");
                Assert.True(exitCode == 0, error);
                return new FileInfo(file).Length;
            }),
        ];
        Assert.True(sizes[0] > sizes[1] && sizes[1] > sizes[2], string.Join(", ", sizes));
    }

    [Fact]
    public void A_model_that_no_GGUF_file_can_hold_is_refused_before_any_work()
    {
        string file = _folder.File("none.gguf");
        Refused("the model WordPiece isn't written as GGUF", "train.csv", "--output", file);
        Assert.False(File.Exists(file));
        (int exitCode, _, string error) = Tool.Run("tune", "--train", "t", "--output", "o.gguf");
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains("--output: a classifier isn't written as .gguf; name a .zip or .mlnet file.", error);
    }

    [Fact]
    public void What_has_no_place_for_an_adapter_is_left_out_by_options() => Refused(
        "embed_tokens.weight. Give an --include or --exclude that leaves them out, or --method direct.", "train.csv", "--method", "lora",
        "--embeddings", "--include", "*embed_tokens*", "--lowest", "1");

    [Fact]
    public void A_saved_model_kept_what_its_own_report_says()
    {
        string text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
        Tune("train.csv", "--completion", "Completion", "--epochs", "1", "--lr", "0.01", "--retention-text", text);
        string kept = _folder.File("kept.json");
        (int exitCode, string output, string error) =
            Tool.Run("retention", _base, _folder.File("model.zip"), "--text", text, "--json", kept, "--device", "cpu");
        Assert.True(exitCode == 0, error);
        RetentionChange expected = Report().Retention!.BitsPerByte!;
        JsonElement bits = JsonDocument.Parse(File.ReadAllText(kept)).RootElement.GetProperty("texts")[0].GetProperty("bits_per_byte");
        Assert.NotEqual(expected.Before.Value, expected.After.Value);
        Assert.Equal(expected.Before.Value, bits.GetProperty("before").GetProperty("value").GetDouble(), 1e-5);
        Assert.Equal(expected.After.Value, bits.GetProperty("after").GetProperty("value").GetDouble(), 1e-5);
        Assert.Matches("Bits a byte +[0-9.]+ +[0-9.]+ ", output);
    }

    [Fact]
    public void The_base_is_not_overwritten()
    {
        DateTime before = File.GetLastWriteTimeUtc(Path.Combine(_base, "model.safetensors"));
        Refused($"--output {_base}/. is where --base {_base} is", "train.csv", "--output", _base + "/.");
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(_base, "model.safetensors")));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"Text\": \"a\"}\n[1]\n", "a.jsonl, line 2 isn't a JSON object.")]
    [InlineData("a.jsonl", "{\"Text\": \"a\"}\n{\"Text\": \n", "a.jsonl, line 2 isn't JSON: ")]
    [InlineData("a.jsonl", "{\"t\": \"a\"}\n", "line 1 has no field \"Text\". Its fields are: t. Name the right one with --text.")]
    [InlineData("a.jsonl", "{\"Text\": 3}\n", "a.jsonl, line 1: the field \"Text\" is no text.")]
    [InlineData("a.txt", " \n\n", "a.txt has no texts. Add some.")]
    [InlineData("a.tsv", "Text\n", "a.tsv has no texts. Add some.")]
    [InlineData("a.tsv", "Body\na\n", "a.tsv has no column \"Text\". Its columns are: Body. Name the right one with --text.")]
    public void Files_that_do_not_fit_are_named_with_the_line(string file, string content, string message)
    {
        _folder.Write(file, content);
        Refused(message, file);
    }

    [Fact]
    public void A_conversation_that_is_none_is_named_with_its_place()
    {
        _folder.Write("a.jsonl", "{\"m\": []}\n{\"m\": {}}\n");
        Refused("a.jsonl, line 2: the field \"m\" is no list of messages.", "a.jsonl", "--messages", "m");
        _folder.Write("b.jsonl", "{\"m\": [{\"role\": \"user\", \"content\": \"we\"}]}\n");
        Refused("it has no chat template", "b.jsonl", "--messages", "m");
    }

    [Fact]
    public void Plain_text_has_no_completions_and_no_other_bytes()
    {
        _folder.Write("a.txt", "one");
        Refused("plain text has no completions", "a.txt", "--completion", "Completion");
        Refused("plain text has no conversations", "a.txt", "--messages", "messages");
        File.WriteAllBytes(_folder.File("a.txt"), [0x61, 0xff, 0x0a]);
        Refused("a.txt, line 1 or one soon after it isn't UTF-8.", "a.txt");
    }

    [Theory]
    [InlineData("--label L", "--label: only with --task classification.")]
    [InlineData("--task classification --retention-prompt p", "--retention-prompt: only with --task lm or speech.")]
    [InlineData("--head-epochs 1", "--head-epochs: only with --task classification or speech.")]
    [InlineData("--class-weights balanced", "--class-weights: only with --task classification.")]
    [InlineData("--bands 8", "--bands: only with --task speech.")]
    [InlineData("--adapter a", "--adapter: only with --method lora.")]
    [InlineData("--messages m --text t", "--text: not with --messages.")]
    [InlineData("--messages m --completion c", "--completion: not with --messages.")]
    [InlineData("--messages m --no-end-token", "--no-end-token: not with --messages.")]
    [InlineData("--special-tokens", "--special-tokens: only with --messages.")]
    [InlineData("--gguf-weights q8", "--gguf-weights: only with an --output that ends in .gguf.")]
    [InlineData("--task classification --messages m", "--messages: only with --task lm.")]
    [InlineData("--task classification --packing", "--packing: only with --task lm.")]
    [InlineData("--task classification --no-end-token", "--no-end-token: only with --task lm.")]
    public void Options_of_the_other_task_are_refused(string options, string message)
    {
        string task = options.Contains("--task ") ? "" : "--task lm ";
        (int exitCode, _, string error) = Tool.Run($"tune {task}--base b --train t --output o.zip {options}".Split(' '));
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains(message, error);
    }

    [Fact]
    public void A_language_model_has_to_be_named()
    {
        (int exitCode, _, string error) = Tool.Run("tune", "--task", "lm", "--train", "t", "--output", "o.zip");
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.StartsWith("--base: name a language model: a folder in Hugging Face layout or a .gguf file; none comes along.", error);
    }

    [Theory]
    [InlineData("tune --task lm --base minilm --train t --output o.zip", "--base: minilm is an encoder; name a language model: a folder")]
    [InlineData("compare --task lm --base embedded --train t --test t --control c --output o", "--base: embedded is an encoder; name a")]
    [InlineData("generate arctic-xs --prompt a", "MODEL: arctic-xs is an encoder; name a language model: a folder in Hugging Face")]
    public void An_encoder_that_comes_along_is_no_language_model(string commandLine, string message)
    {
        (int exitCode, _, string error) = Tool.Run(commandLine.Split(' '));
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.StartsWith(message, error);
    }

    [Fact]
    public void An_encoder_in_a_folder_is_no_language_model()
    {
        string encoder = TinyModel.Write(_folder, "encoder");
        Refused("models of type \"bert\" are encoders, which aren't supported as language models", "train.csv", "--base", encoder);
    }

    private (string Output, string Error) Tune(params string[] arguments)
    {
        (int exitCode, string output, string error) = Tool.Run(Arguments(arguments));
        Assert.True(exitCode == 0, error);
        return (output, error);
    }

    private void Refused(string message, params string[] arguments)
    {
        (int exitCode, string output, string error) = Tool.Run(Arguments(arguments));
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.Contains(message, error.TrimEnd().Split('\n')[^1]);
    }

    private string[] Arguments(string[] arguments)
    {
        string[] output = arguments.Contains("--output") ? [] : ["--output", _folder.File("model.zip")];
        string[] model = arguments.Contains("--base") ? [] : ["--base", _base];
        return
        [
            "tune", "--task", "lm", .. model, "--train", _folder.File(arguments[0]), "--no-cache", "--batch-size", "8",
            "--json", _folder.File("report.json"), "--device", "cpu", .. output, .. arguments[1..],
        ];
    }

    private TuningReport Report() => TuningReport.Load(_folder.File("report.json"));

    // A field in quotes keeps the blank that it begins with.
    private void WriteTable(string file, int count, int seed)
    {
        IEnumerable<string> rows = TinyDecoder.Completions(count, seed).Select(row => $"\"{row.Prompt}\",\"{row.Completion}\"");
        _folder.Write(file, string.Join('\n', rows.Prepend("Text,Completion")) + "\n");
    }
}
