using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;
using Microsoft.ML.KappaTune.Tests.Tokenization;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>A tiny language model with a token a byte writes texts and answers.</summary>
public sealed class GenerateTests : IDisposable
{
    private const string Template = "{% for m in messages %}{{ m.role[0] }}:{{ m.content }};{% endfor %}";

    private readonly TemporaryFolder _folder = new();

    public GenerateTests()
    {
        var config = new DecoderConfig
        {
            VocabularySize = 258,
            HiddenSize = 16,
            LayerCount = 2,
            HeadCount = 4,
            KeyValueHeadCount = 4,
            HeadSize = 4,
            IntermediateSize = 24,
            MaxTokens = 200,
        };
        using (var model = CausalLanguageModel.Create(config, seed: 1))
            ModelWriter.SaveFolder(_folder.Path, model);
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => $"{ByteAlphabet.CharOf((byte)value)}")];
        const string Added = """[{"id": 256, "content": "<s>", "special": true}, {"id": 257, "content": "</s>", "special": true}]""";
        _folder.Write(
            "tokenizer.json",
            $$$"""
            {"version": "1.0", "added_tokens": {{{Added}}}, "decoder": {"type": "ByteLevel"}, "model": {{{Json.Bpe(bytes, [])}}},
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}}
            """);
        // It never ends by itself.
        _folder.Write("generation_config.json", """{"eos_token_id": []}""");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_text_goes_on_as_the_library_writes_it()
    {
        (int exitCode, string output, string error) = Tool.Run(
            "generate", _folder.Path, "--prompt", "Hello", "--max-tokens", "9", "--temperature", "1.5", "--top-k", "90", "--seed", "4");
        Assert.Equal((0, "It ended at 9 tokens; --max-tokens allows more."), (exitCode, error.TrimEnd()));
        using TextGenerator generator = TextGenerator.Load(_folder.Path);
        GenerationOptions options = new() { MaxTokens = 9, Temperature = 1.5, TopK = 90, Seed = 4 };
        string expected = string.Concat(
            generator.Generate("Hello", options, TestContext.Current.CancellationToken).Select(piece => piece.Text));
        Assert.Equal(expected + Environment.NewLine, output);
        Assert.NotEqual(output, Tool.Run("generate", _folder.Path, "--prompt", "Hello", "--max-tokens", "9").Output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void It_computes_with_as_many_threads_as_asked_for(int threads)
    {
        int before = torch.get_num_threads();
        using var output = new ThreadCounts();
        Assert.Equal(0, Run(output, "generate", _folder.Path, "--prompt", "a", "--max-tokens", "2", "--threads", $"{threads}"));
        Assert.Equal(threads, Assert.Single(output.Seen));
        Assert.Equal(before, torch.get_num_threads());
    }

    [Fact]
    public void An_adapter_is_added_to_its_model()
    {
        const string Adapted = "model.layers.1.mlp.down_proj.weight";
        using var other = new TemporaryFolder();
        using (Checkpoint checkpoint = Checkpoint.Open(_folder.Path))
        using (var model = CausalLanguageModel.Load(checkpoint))
        using (LoraAdapters adapters = LoraAdapters.Attach(model, [Adapted], TuningMethod.Lora(4, alpha: 400), seed: 1))
        {
            LoraSample.Train(adapters);
            adapters.Save(other.Path, null, []);
        }

        string[] arguments = ["generate", _folder.Path, "--prompt", "Hello", "--max-tokens", "9"];
        (int exitCode, string output, string error) = Tool.Run([.. arguments, "--adapter", other.Path]);
        Assert.Equal((0, "It ended at 9 tokens; --max-tokens allows more."), (exitCode, error.TrimEnd()));
        using TextGenerator generator = TextGenerator.Load(_folder.Path, adapter: other.Path);
        string expected = string.Concat(
            generator.Generate("Hello", new() { MaxTokens = 9 }, TestContext.Current.CancellationToken).Select(piece => piece.Text));
        Assert.Equal(expected + Environment.NewLine, output);
        Assert.NotEqual(Tool.Run(arguments).Output, output);

        (exitCode, _, error) = Tool.Run([.. arguments, "--adapter", other.File("none")]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(other.File("none"), error);
    }

    [Fact]
    public void A_saved_model_writes_as_it_was_tuned_to()
    {
        string zip = _folder.File("model.mlnet"), other = _folder.File("other.zip"), expected;
        var mlContext = new MLContext(seed: 1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new { Text = $"one two {i}" }));
        var options = new KappaTuneLanguageModelEstimator.Options
        {
            BaseModel = _folder.Path,
            AppendEndToken = false,
            Generation = new() { MaxTokens = 4 },
            MaxEpochs = 1,
            LearningRate = 1e-2,
            Device = "cpu",
            ScanCacheDirectory = null,
        };
        using (KappaTuneLanguageModelTransformer model = mlContext.Transforms.Text.KappaTuneLanguageModel(options).Fit(rows))
        {
            mlContext.Model.Save(model, rows.Schema, zip);
            expected = string.Concat(
                model.Generator.Generate("a", cancellationToken: TestContext.Current.CancellationToken).Select(piece => piece.Text));
        }

        (int exitCode, string output, string error) = Tool.Run("generate", zip, "--prompt", "a");
        Assert.Equal((0, "It ended at 4 tokens; --max-tokens allows more."), (exitCode, error.TrimEnd()));
        Assert.Equal(expected + Environment.NewLine, output);

        mlContext.Model.Save(mlContext.Transforms.CopyColumns("Copy", "Text").Fit(rows), rows.Schema, other);
        (exitCode, _, error) = Tool.Run("generate", other, "--prompt", "a");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("has no model that KappaTuneLanguageModel or KappaTuneSpeech tuned", error);
    }

    [Fact]
    public void A_field_that_nobody_knows_is_warned_of()
    {
        const string Known = "\"vocab_size\"";
        string config = File.ReadAllText(_folder.File("config.json"));
        _folder.Write("config.json", config.Replace(Known, $"\"moods\": 1, {Known}", StringComparison.Ordinal));
        (int exitCode, _, string error) = Tool.Run("generate", _folder.Path, "--prompt", "a", "--max-tokens", "2");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("Warning: ", error, StringComparison.Ordinal);
        Assert.Contains("config.json, moods: it isn't known and has no effect here.", error);
    }

    [Fact]
    public void The_models_own_files_count_where_the_command_says_nothing()
    {
        _folder.Write("generation_config.json", """{"max_new_tokens": 3, "eos_token_id": []}""");
        Assert.Contains("at 3 tokens", Tool.Run("generate", _folder.Path, "--prompt", "a").Error);
        Assert.Contains("at 2 tokens", Tool.Run("generate", _folder.Path, "--prompt", "a", "--max-tokens", "2").Error);
        _folder.Write("generation_config.json", """{"num_beams": 3}""");
        (int exitCode, _, string error) = Tool.Run("generate", _folder.Path, "--prompt", "a");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("num_beams: beam search isn't supported", error);
    }

    [Fact]
    public void Where_no_text_comes_it_is_said_why()
    {
        const string Why = "The model wrote its end token at once, and no text.", Hint = " It has a chat template: with --chat,";
        _folder.Write("generation_config.json", $"{{\"eos_token_id\": [{string.Join(", ", Enumerable.Range(0, 258))}]}}");
        string[] generate = ["generate", _folder.Path, "--prompt", "a"];
        Assert.Equal((0, Environment.NewLine, Why + Environment.NewLine), Tool.Run(generate));
        _folder.Write("chat_template.jinja", Template);
        Assert.StartsWith(Why + Hint, Tool.Run(generate).Error);
        Assert.Equal(Why, Tool.Run([.. generate, "--chat"]).Error.TrimEnd());
    }

    [Fact]
    public void A_conversation_needs_a_template_and_goes_through_it()
    {
        string[] chat = ["generate", _folder.Path, "--chat", "--prompt", "x</s>", "--system", "y", "--max-tokens", "5"];
        (int exitCode, _, string error) = Tool.Run(chat);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("no chat template", error);

        _folder.Write("chat_template.jinja", Template);
        string output = Tool.Run(chat).Output;
        using TextGenerator generator = TextGenerator.Load(_folder.Path);
        Assert.True(generator.HasChatTemplate);
        const string Messages = """[{"role": "system", "content": "y"}, {"role": "user", "content": "x</s>"}]""";
        GenerationOptions options = new() { MaxTokens = 5 };
        Assert.Equal(
            string.Concat(generator.Answer(Messages, options, TestContext.Current.CancellationToken).Select(piece => piece.Text))
                + Environment.NewLine,
            output);

        _folder.Write("chat_template.jinja", "{{ raise_exception('Not today.') }}");
        Assert.Contains("refuses the conversation: Not today.", Tool.Run(chat).Error);
    }

    [Fact]
    public void Lines_of_standard_input_are_turns()
    {
        _folder.Write("chat_template.jinja", Template);
        using Process program = Tool.StartPiped("generate", _folder.Path, "--chat", "--max-tokens", "4", "--device", "cpu");
        program.StandardInput.Write("one\n\ntwo\n");
        program.StandardInput.Close();
        string output = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        Assert.Equal(0, program.ExitCode);

        using TextGenerator generator = TextGenerator.Load(_folder.Path, "cpu");
        string first = Answer("""[{"role": "user", "content": "one"}]""");
        (string Role, string Content)[] turns = [("user", "one"), ("assistant", first), ("user", "two")];
        string second = Answer(JsonSerializer.Serialize(turns.Select(turn => new { role = turn.Role, content = turn.Content })));
        Assert.Equal(first + Environment.NewLine + second + Environment.NewLine, output);

        string Answer(string messages) => string.Concat(
            generator.Answer(messages, new() { MaxTokens = 4 }, TestContext.Current.CancellationToken).Select(piece => piece.Text));
    }

    [Theory]
    [InlineData("generate m", "Give --prompt TEXT, or --chat.")]
    [InlineData("generate m --prompt a --system b", "--system: only with --chat.")]
    [InlineData("generate m.zip --prompt a --adapter b", "--adapter: not with a .zip or .mlnet file, which has all that was trained.")]
    [InlineData("generate m --prompt a --top-p 2", "--top-p is 2; allowed is above 0 and at most 1.")]
    [InlineData("generate m --prompt a --threads 0", "--threads: 0 isn't 1 or more.")]
    [InlineData("generate m --prompt a --max-tokens 0", "--max-tokens is 0; allowed is 1 or more.")]
    public void Wrong_usage_is_said(string arguments, string expected)
    {
        (int exitCode, _, string error) = Tool.Run(arguments.Split(' '));
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains(expected, error);
    }

    // On the test's thread, of which the number of threads is.
    private static int Run(TextWriter output, params string[] arguments) =>
        Application.RunAsync(arguments, output, TextWriter.Null, TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    /// <summary>Notes how many threads the tensor library has while a text comes.</summary>
    private sealed class ThreadCounts : StringWriter
    {
        public HashSet<int> Seen { get; } = [];

        public override void Write(string? value)
        {
            Seen.Add(torch.get_num_threads());
            base.Write(value);
        }
    }
}
