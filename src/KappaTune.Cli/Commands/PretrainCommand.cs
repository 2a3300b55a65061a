using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune.Pretraining;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune pretrain</c>: makes a language model of nothing but text.</summary>
internal sealed class PretrainCommand : Command
{
    private readonly Option<string> _corpus = CommonOptions.File("--corpus", "The text to train on: UTF-8, a paragraph a line.");
    private readonly Option<string> _heldOut = CommonOptions.File(
        "--held-out", "Text to measure on (default: the last part of the corpus, which is then not trained on).");

    private readonly Option<string> _options = CommonOptions.File(
        "--options", "What to train and how, as JSON; see docs/pretraining-options.md (default: a BERT of 4 layers).");

    private readonly Option<string> _output = CommonOptions.Folder(
        "--output", "Where the model goes: a folder in Hugging Face layout, which isn't there yet.");

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from where a run was interrupted, if one was." };
    private readonly Option<string> _device = CommonOptions.Device();

    private readonly Option<int?> _threads = CommonOptions.Number<int>(
        "--threads", "N", "Threads to compute with; 0 (default) for all cores.",
        value => CommonOptions.Require(value >= 0, "0 or more, please."));

    private readonly Option<int?> _seed = CommonOptions.Number<int>(
        "--seed", "N", "Decides about all that is random (default: the options file's, or 0).", _ => { });

    public PretrainCommand() : base("pretrain", "Trains a language model from random weights on a text.")
    {
        _corpus.Required = _output.Required = true;
        this.AddOptions(_corpus, _heldOut, _options, _output, _resume, _device, _threads, _seed);
        this.AddCheck(result =>
        {
            if (ModelOutput.ProblemOfFolder(_output, result.GetValue(_output)) is { } problem)
                result.AddError(problem);
        });
        SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        TextWriter output = result.InvocationConfiguration.Output, error = result.InvocationConfiguration.Error;
        using var files = new CommandFiles(result, reads: [_corpus, _heldOut, _options], folders: [_output]);
        PretrainingOptions options = files.Input(_options) is { } file ? PretrainingOptionsFile.Read(file) : new();
        if (result.GetValue(_seed) is { } seed)
            options = options with { Seed = seed };
        var task = new PretrainingRequest
        {
            Options = options,
            Corpus = files.Input(_corpus)!,
            HeldOut = files.Input(_heldOut),
            Output = result.GetValue(_output)!,
            Resume = result.GetValue(_resume),
            Device = result.GetValue(_device) ?? "auto",
            Threads = result.GetValue(_threads) ?? 0,
            Log = error.WriteLine,
            CancellationToken = cancellationToken,
        };
        PretrainingReport report;
        try
        {
            report = PretrainingBar.Show(error, progress => Pretrainer.Run(task with { Progress = progress }));
        }
        catch (OperationCanceledException e) when (Directory.Exists(task.StateFolder))
        {
            throw new OperationCanceledException(
                $"Cancelled. With --resume, the same command goes on from the state in {task.StateFolder}.", e);
        }

        output.WriteLine(
            $"Trained:   {NumberText.Count(report.Parameters)} parameters, {NumberText.Count(report.Steps)} steps, "
            + $"{NumberText.Count(report.TokensSeen)} tokens, in {NumberText.Duration(report.Time)}.");
        if (report.Last is { } last)
            output.WriteLine(Invariant($"Held out:  loss {last.Loss:0.0000}, accuracy {100 * last.Accuracy:0.0} %."));
        output.WriteLine($"Saved:     {task.Output}");
        return ExitCode.Done;
    }
}
