using System.Text;
using System.Text.Json.Nodes;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune.Persistence;
using TorchSharp;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune generate</c>: a language model goes on with a text, or answers in a conversation.</summary>
internal sealed class GenerateCommand : Command
{
    private readonly Argument<string> _model = new("MODEL")
    {
        Description = "A language model: a folder in Hugging Face layout, a .gguf file, or the .zip or .mlnet of a tuned one, which names "
            + "code to run: use those you trust.",
    };

    private readonly Option<string> _adapter = CommonOptions.Folder(
        "--adapter",
        "An adapter of the model in PEFT's format; where its folder has a tokenizer, that one counts, with its chat template.");

    private readonly Option<string> _prompt = new("--prompt")
    {
        Description = "The text to go on with or, with --chat, what the user says; - for standard input.",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _chat = new("--chat")
    {
        Description = "Answer through the model's chat template; without --prompt each line of standard input is a turn.",
    };

    private readonly Option<string> _system = new("--system")
    {
        Description = "What a conversation begins with, before the user's first turn.",
        HelpName = "TEXT",
    };

    private readonly Option<string[]> _stop = new("--stop")
    {
        Description = "A text that ends what is written; may be given several times.",
        HelpName = "TEXT",
    };

    private readonly PropertyOptions<GenerationOptions> _options;
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int?> _threads = CommonOptions.Threads();

    public GenerateCommand() : base("generate", "Goes on with a text, or answers in a conversation, by a language model.")
    {
        Arguments.Add(_model);
        this.AddOptions(_adapter, _prompt, _chat, _system);
        // What the model's own files say comes before the defaults that help tells.
        _options = new(this, new());
        _options.Add("--max-tokens", nameof(GenerationOptions.MaxTokens));
        _options.Add("--temperature", nameof(GenerationOptions.Temperature));
        _options.Add("--top-k", nameof(GenerationOptions.TopK));
        _options.Add("--top-p", nameof(GenerationOptions.TopP));
        _options.Add("--min-p", nameof(GenerationOptions.MinP));
        _options.Add("--repetition-penalty", nameof(GenerationOptions.RepetitionPenalty));
        _options.Add("--seed", nameof(GenerationOptions.Seed));
        this.AddOptions(_stop, _device, _threads);
        this.AddCheck(result =>
        {
            if (!result.IsGiven(_prompt) && !result.GetValue(_chat))
                result.AddError($"Give {_prompt.Name} TEXT, or {_chat.Name}.");
            if (result.IsGiven(_system) && !result.GetValue(_chat))
                result.AddError($"{_system.Name}: only with {_chat.Name}.");
            if (result.GetResult(_model)?.Tokens is not [var model])
                return;
            if (BuiltInModels.ProblemOfLanguageModel(_model.Name, model.Value) is { } problem)
                result.AddError(problem);
            if (result.IsGiven(_adapter) && ModelOutput.IsMlNet(model.Value))
                result.AddError($"{_adapter.Name}: not with a {ModelOutput.MlNetFile}, which has all that was trained.");
        });
        SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        TextWriter output = result.InvocationConfiguration.Output, error = result.InvocationConfiguration.Error;
        using var files = new CommandFiles(result, models: [_model, _adapter]);
        using TextGenerator generator = Load(result, files);
        Warnings.Write(generator.Warnings, error);
        int before = torch.get_num_threads();
        torch.set_num_threads(result.GetValue(_threads) ?? Environment.ProcessorCount);
        try
        {
            WriteAll(generator, result, output, error, cancellationToken);
        }
        finally
        {
            torch.set_num_threads(before);
        }

        return ExitCode.Done;
    }

    /// <summary>The text that goes on, or an answer to each turn.</summary>
    private void WriteAll(
        TextGenerator generator, ParseResult result, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        // A copy, which nobody else has.
        GenerationOptions options = _options.Apply(result, generator.Defaults with { });
        if (result.GetValue(_stop) is { Length: > 0 } stop)
            options = options with { Stop = stop };

        string? prompt = result.GetValue(_prompt);
        if (prompt == CommandFiles.Pipe)
            prompt = Console.In.ReadToEnd();
        if (!result.GetValue(_chat))
        {
            string hint = generator.HasChatTemplate ? $" It has a chat template: with {_chat.Name}, the text is a turn to answer." : "";
            Write(generator.Generate(prompt!, options, cancellationToken), output, error, hint);
            return;
        }

        var turns = new JsonArray();
        if (result.GetValue(_system) is { } system)
            turns.Add(Turn("system", system));
        foreach (string line in prompt is null ? Lines() : [prompt])
        {
            turns.Add(Turn("user", line));
            turns.Add(Turn("assistant", Write(generator.Answer(turns.ToJsonString(), options, cancellationToken), output, error)));
        }
    }

    private TextGenerator Load(ParseResult result, CommandFiles files)
    {
        (string path, string? device) = (files.Model(_model)!, result.GetValue(_device));
        return ModelOutput.IsMlNet(path)
            ? TunedModelFile.LoadGenerator(path, device)
            : TextGenerator.Load(path, device ?? "auto", result.GetValue(_adapter));
    }

    /// <summary>Shows a text as it comes, and gives it whole.</summary>
    /// <param name="hint">What to do where there is none.</param>
    private static string Write(IEnumerable<GeneratedPiece> pieces, TextWriter output, TextWriter error, string hint = "")
    {
        var text = new StringBuilder();
        foreach (GeneratedPiece piece in pieces)
        {
            text.Append(piece.Text);
            output.Write(piece.Text);
            output.Flush();
            if (piece.Stop == GenerationStop.EndToken && text.Length == 0)
                error.WriteLine($"The model wrote its end token at once, and no text.{hint}");
            if (piece.Stop is GenerationStop.MaxTokens or GenerationStop.FullContext)
            {
                output.WriteLine();
                error.WriteLine(piece.Stop == GenerationStop.FullContext
                    ? "It ended because the model's context is full."
                    : $"It ended at {piece.Tokens} tokens; --max-tokens allows more.");
                return text.ToString();
            }
        }

        output.WriteLine();
        return text.ToString();
    }

    private static IEnumerable<string> Lines()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line.Length > 0)
                yield return line;
        }
    }

    private static JsonObject Turn(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
