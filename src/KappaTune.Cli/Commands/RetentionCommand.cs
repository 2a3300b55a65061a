using System.CommandLine;
using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune retention</c>: what a tuned model kept of what its base model knew, on texts unlike its task's.</summary>
internal sealed class RetentionCommand
{
    private readonly Argument<string> _base = new("BASE")
    {
        Description = $"The model before tuning: a folder in Hugging Face layout, {BuiltInModels.Help}.",
    };

    private readonly Argument<string> _tuned = new("TUNED")
    {
        Description = "The model after it: a saved .zip, a folder in Hugging Face layout, or an adapter's folder.",
    };

    private readonly Option<string[]> _texts = new("--text")
    {
        Description = "A text to measure on, UTF-8; may be given several times.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _task = Options.File(
        "--task", "Rows of the task, as TSV or CSV with a header, on whose texts KL(base, tuned) is measured.");

    private readonly Option<string> _column = Options.Column(
        "--task-column", $"The column of --task that holds texts (default: {Options.TextColumn}).");

    private readonly PropertyOptions<RetentionStudyOptions> _settings;

    private readonly Option<bool> _zeroPaddingRow = new("--zero-padding-row")
    {
        Description = "Go on with zeros where the padding token's embeddings of the base are NaN or infinite.",
    };

    private readonly Option<string> _device = Options.Device(
        "auto (default: the first GPU, where there is one), cpu or cuda:0.", allowAuto: true);
    private readonly Option<int?> _threads = Options.Threads();
    private readonly Option<string> _json = Options.File("--json", "Write the figures as JSON.");

    private readonly TableOptions _table;

    private RetentionCommand(Command command)
    {
        command.Arguments.Add(_base);
        command.Arguments.Add(_tuned);
        foreach (Option option in (Option[])[_texts, _task, _column, _zeroPaddingRow, _device, _threads, _json])
            command.Options.Add(option);
        _settings = new(command, new());
        _settings.Add("--windows", nameof(RetentionStudyOptions.MaxWindows));
        _table = new(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_column) is not null && result.GetResult(_task) is null)
                result.AddError($"{_column.Name}: only with {_task.Name}.");
        });
        command.SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    public static Command Create()
    {
        var command = new Command("retention", "Measures what a tuned model kept of what its base model knew.");
        _ = new RetentionCommand(command);
        return command;
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        using var files = new CommandFiles(result, reads: [_texts, _task], writes: [_json], models: [_base, _tuned]);
        var request = new RetentionRequest
        {
            BaseModel = files.Model(_base)!,
            TunedModel = files.Model(_tuned)!,
            Texts = files.Inputs(_texts),
            TaskTexts = TaskOf(result, files),
            Options = _settings.Apply(result, new()),
            ZeroPaddingRow = result.GetValue(_zeroPaddingRow),
            Device = result.GetValue(_device) ?? "auto",
            Threads = result.GetValue(_threads) ?? 0,
        };
        using var study = new RetentionStudy(request);
        RetentionReport[] reports =
        [
            .. Enumerable.Range(0, request.Texts.Count).Select(text => RetentionBar.Show(
                error, progress => study.Measure(text, progress, cancellationToken))),
        ];
        if (files.Output(_json) is { } json)
            OutputFile.Write(json, study.ToJson(reports));
        foreach (RetentionReport report in reports)
            RetentionTable.Write(report, files.Text);
        // The base may be measured against itself.
        Warnings.Write(study.Warnings, error);
        return ExitCode.Done;
    }

    /// <summary>The task's texts; null where there are none.</summary>
    private IEnumerable<string>? TaskOf(ParseResult result, CommandFiles files)
    {
        if (files.Input(_task) is not { } path)
            return null;
        string name = result.GetValue(_column) ?? Options.TextColumn;
        var file = TableFile.Open(_task.Name, path, _table.Format(result, result.GetValue(_task)));
        IDataView rows = file.Load(
            new MLContext(), [new(name, DataKind.String, file.IndexOf(name, $"Name the right one with {_column.Name}."))]);
        return rows.GetColumn<string>(name);
    }
}
