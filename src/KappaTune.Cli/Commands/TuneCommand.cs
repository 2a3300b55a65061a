using System.CommandLine.Parsing;
using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using LanguageModelSettings = Microsoft.ML.KappaTune.KappaTuneLanguageModelEstimator.Options;
using Settings = Microsoft.ML.KappaTune.KappaTuneTextClassificationTrainer.Options;

namespace KappaTune.Cli.Commands;

/// <summary>
/// <c>kappatune tune</c>: makes a text classifier of a pre-trained model, tunes a language model, or makes one hear, as any ML.NET program
/// would.
/// </summary>
internal sealed partial class TuneCommand : Command
{
    private readonly TaskOption _task;
    private readonly Option<string> _base = CommonOptions.Folder(
        "--base",
        $"The pre-trained model: a folder in Hugging Face layout, a language model's .gguf file, {BuiltInModels.Help} "
        + $"(default: {BuiltInModels.Default}; with --task lm and speech there is none).");

    private readonly Option<string> _train = CommonOptions.File(
        "--train",
        "Rows to train on, as TSV or CSV with a header; for a language model also .jsonl, or .txt with empty lines between texts.");

    private readonly Option<string> _validation = CommonOptions.File(
        "--validation", "Rows to validate on after each epoch, with the same columns.");
    private readonly Option<string> _test = CommonOptions.File("--test", "Rows to measure the result on, with the same columns.");
    private readonly ColumnOptions _columns;
    private readonly Option<string> _completion = CommonOptions.Column(
        "--completion", "The column of what completes the texts, which are prompts then; only completions count in the loss.");

    private readonly Option<string> _messages = CommonOptions.Column(
        "--messages",
        "The column of conversations instead, as JSON, [{\"role\": \"user\", \"content\": \"Hello\"}], which the model's chat template "
        + "writes; only the assistant's turns count in the loss.");

    private readonly LabelWordOptions _words;
    private readonly TableOptions _table;
    private readonly SelectionOptions _selection;
    private readonly TrainingOptions _training;
    private readonly SpeechOptions _speech;

    private readonly Option<string> _checkpoint = CommonOptions.Folder(
        "--checkpoint", "A folder for a training state, from which an interrupted run goes on.");

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the state in --checkpoint, where there is one." };
    private readonly CacheOptions _cache;
    private readonly Option<string> _output = CommonOptions.File(
        "--output",
        $"Where the model goes: a {ModelOutput.MlNetFile}, which ML.NET loads, or, of a language model, a {ModelOutput.Gguf} file for "
        + "llama.cpp and what is made of it, or, as of one that hears, a folder in Hugging Face layout, whose name has no ending or has a "
        + "slash behind it.");

    private readonly Option<string> _ggufWeights = new("--gguf-weights")
    {
        Description = "How an --output that ends in .gguf stores matrices: f16, 16 bits a value (default); f32, the model itself, bit for "
            + "bit; q8, codes of 8 bits with a scale for each 32.",
    };

    private readonly Option<string> _adapter = CommonOptions.Folder(
        "--adapter", "A folder for the adapters as well, in PEFT's format; with --method lora.");

    private readonly Option<string> _retention = CommonOptions.File(
        "--retention-text",
        "Text unlike the task's, on which to measure what the model kept of what it knew before: a file, or english, prose that comes "
        + "along; with a budget, half of it decides (default: none or, with a budget, english).");

    private readonly Option<string[]> _prompts = new Option<string[]>("--retention-prompt")
    {
        Description = "A text that the model goes on with before and after, to see whether it still answers as it did, best one that has "
            + @"nothing to do with the task; \n for a line break; may be given several times.",
        HelpName = "TEXT",
    }.Checked(values => CommonOptions.Require(values.All(value => value.Length > 0), "a text is empty."));

    private readonly Option<string> _report = CommonOptions.File("--report", "Write a report with charts as one HTML file.");
    private readonly Option<string> _json = CommonOptions.File("--json", "Write the report as JSON.");

    public TuneCommand() : base(
        "tune", "Fine-tunes a pre-trained model to a text classifier, as a language model, or to hear, and saves it for ML.NET.")
    {
        _train.Required = _output.Required = true;
        _task = new(
            this, "texts get classes", "a language model goes on with texts, or completes prompts",
            "a language model writes what is said in recordings");
        this.AddOptions(_base, _train, _validation, _test);
        _columns = new(this, result => !HasDecoder(result));
        this.AddOptions(_completion, _messages);
        _words = new(
            this, "Classes become words of a language model, instead of outputs of a new head. ", _columns,
            (words, result) => words.AreGiven(result));
        _table = new(this);
        _selection = new(this, new Settings().Selection);
        _training = new(this);
        _speech = new(this);
        this.AddOptions(_checkpoint, _resume);
        _cache = new(this);
        _ggufWeights.AcceptOnlyFromAmong([.. Enum.GetValues<GgufWeights>().Select(weights => OptionInfo.WordOf(weights))]);
        this.AddOptions(_retention, _prompts, _output, _ggufWeights, _adapter, _report, _json);
        _task.Divide(
            this, [.. _columns.OfClasses, _columns.Text, .. _words.All, .. _training.OfClasses],
            [_columns.Text, _completion, _messages, _ggufWeights, _prompts, .. _training.OfLanguageModel],
            [_prompts, .. _training.OfSpeech, .. _speech.All]);
        foreach ((string property, Option option) in ((string, Option)[])
            [
                (nameof(Settings.BaseModel), _base), (nameof(Settings.RetentionText), _retention), (nameof(Settings.Resume), _resume),
                (nameof(Settings.CheckpointDirectory), _checkpoint), (nameof(Settings.ValidationSet), _validation),
                (nameof(LanguageModelSettings.MessagesColumnName), _messages),
                (nameof(LanguageModelSettings.RetentionPrompts), _prompts),
            ])
            OptionNames.Add(this, property, option.Name);
        AddChecks();
        SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        bool isFolder = IsFolder(result);
        Option[] writes = isFolder ? [_report, _json] : [_output, _report, _json],
            folders = isFolder ? [_checkpoint, _adapter, _output] : [_checkpoint, _adapter];
        using var files = new CommandFiles(
            result, reads: [_train, _validation, _test], writes: writes, models: [_base, _speech.EncoderModel], folders: folders,
            caches: _cache.Folders, texts: [_retention]);
        return _task.IsLanguageModel(result.CommandResult) ? RunLanguageModel(result, files, cancellationToken)
            : _task.IsSpeech(result.CommandResult) ? RunSpeech(result, files, cancellationToken)
            : RunClassifier(result, files, cancellationToken);
    }

    /// <summary>Whether a language model is tuned, to write or to hear.</summary>
    private bool HasDecoder(SymbolResult result) => _task.IsLanguageModel(result) || _task.IsSpeech(result);

    /// <summary>Whether the model is to be a folder in Hugging Face layout.</summary>
    private bool IsFolder(ParseResult result) =>
        HasDecoder(result.CommandResult) && ModelOutput.EndingOf(result.GetValue(_output)) is "";

    /// <summary>The texts that the model goes on with before and after.</summary>
    private string[] PromptsOf(ParseResult result) =>
        [.. (result.GetValue(_prompts) ?? []).Select(prompt => CommonOptions.TextOf(prompt))];

    private int RunClassifier(ParseResult result, CommandFiles files, CancellationToken cancellationToken)
    {
        TextWriter output = files.Text, error = result.InvocationConfiguration.Error;
        var mlContext = new MLContext();
        using var warnings = new Warnings(mlContext, error);
        TextColumns columns = _columns.Read(result.CommandResult);
        LabelledRows train = Read(_train)!;
        train.Labels.RequireSeveral();
        LabelledRows? validation = Read(_validation), test = Read(_test);
        foreach (LabelledRows? other in (LabelledRows?[])[validation, test])
            other?.Labels.RequireAmong(train.Labels.Classes, "Correct it, or add rows of that class to the training rows.");

        // By value, so that the order of rows doesn't decide about that of the classes.
        var keys = mlContext.Transforms.Conversion.MapValueToKey(
            columns.Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
        Settings settings = SettingsOf(result, files.TunedFrom(_base), columns) with
        {
            RetentionText = files.Input(_retention),
            ValidationSet = validation is null ? null : keys.Fit(train.Rows).Transform(validation.Rows),
            CancellationToken = cancellationToken,
        };
        NoteControl(settings, error);
        using var model = Fit(error, settings.CheckpointDirectory, countsTokens: settings.ClassLabels.AreWords, progress => keys
            .Append(mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(settings with { Progress = progress }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue(settings.OutputColumnName))
            .Fit(train.Rows));

        var transformer = model.OfType<KappaTuneTextClassificationTransformer>().Single();
        string file = files.Output(_output)!;
        OutputFile.Write(file, stream => mlContext.Model.Save(model, train.Rows.Schema, stream));
        if (result.GetValue(_adapter) is { } adapter)
            transformer.SaveAdapter(adapter);
        if (End(transformer.Report!, file, settings.CheckpointDirectory, files, error, cancellationToken) is { } cancelled)
            return cancelled;
        if (test is not null)
        {
            var scoring = new ScoringModel(file, model, train.Rows.Schema);
            MetricsTable.Write(Data.Evaluation.Run(mlContext, scoring, test.File, columns.Label, cancellationToken), output);
        }

        return ExitCode.Done;

        LabelledRows? Read(Option<string> option) => files.Input(option) is not { } path ? null : LabelledRows.Read(
            mlContext, TableFile.Open(option.Name, path, _table.Format(result, path)), columns, cancellationToken);
    }

    /// <summary>Says what a budget is measured on, where nothing was named.</summary>
    private static void NoteControl(TuningOptions settings, TextWriter error)
    {
        if (settings is { Budget: not null, RetentionText: null })
        {
            error.WriteLine(
                "The budget is measured on English prose that comes along; with --retention-text FILE, on a text of yours, such as those "
                + "that the base model learnt from.");
        }
    }

    private static T Fit<T>(TextWriter error, string? checkpoint, bool countsTokens, Func<Action<TuningProgress>, T> fit) =>
        Fit(error, checkpoint, countsTokens, (progress, _) => fit(progress));

    /// <param name="fit">Also gets what shows a line of work before training.</param>
    private static T Fit<T>(
        TextWriter error, string? checkpoint, bool countsTokens, Func<Action<TuningProgress>, Action<string>, T> fit)
    {
        try
        {
            return TuningBar.Show(error, countsTokens, fit);
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException($"Cancelled before the first epoch ended, so without a model.{HowToGoOn(checkpoint)}", e);
        }
    }

    /// <summary>Writes the report where it was asked for, and says how it ended: an exit code where it was cancelled, else null.</summary>
    /// <param name="place">Where the model was saved.</param>
    private int? End(
        TuningReport report, string place, string? checkpoint, CommandFiles files, TextWriter error, CancellationToken cancellationToken)
    {
        if (files.Output(_json) is { } json)
            report.Save(json);
        if (files.Output(_report) is { } html)
            HtmlReport.Save(report, html);
        files.Text.WriteLine(report);
        files.Text.WriteLine($"Saved:        {place}");
        if (report.Stop == TuningStop.Cancelled)
        {
            string kept = report.Budget?.ReturnedToStep is { } step
                ? $"{place} has the model as it was after step {step}, the last within the budget."
                : $"{place} has the model as it was after epoch {report.BestEpoch}.";
            error.WriteLine($"Cancelled. {kept}{HowToGoOn(checkpoint)}");
            return ExitCode.Cancelled;
        }

        if (!cancellationToken.IsCancellationRequested)
            return null;
        error.WriteLine($"Cancelled while it was measured what the model kept. {place} has the whole model.");
        return ExitCode.Cancelled;
    }

    /// <summary>What a training state is for, where there is one.</summary>
    private static string HowToGoOn(string? checkpoint) =>
        Directory.Exists(checkpoint) ? $" With --resume, the same command goes on from the state in {checkpoint}." : "";

    private Settings SettingsOf(ParseResult result, string? baseModel, TextColumns columns) => _training.Read(result, new()
    {
        BaseModel = baseModel ?? BuiltInModels.Default,
        Selection = _selection.Read(result, new Settings().Selection),
        LabelColumnName = columns.Label,
        Sentence1ColumnName = columns.Text,
        Sentence2ColumnName = columns.Text2,
        ClassLabels = _words.AreGiven(result.CommandResult) ? _words.Read(result, columns) : ClassLabels.AsOutputs,
        CheckpointDirectory = result.GetValue(_checkpoint),
        Resume = result.GetValue(_resume),
        ScanCacheDirectory = _cache.Read(result),
    });
}
