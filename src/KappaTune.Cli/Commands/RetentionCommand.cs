using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune retention</c>: what a tuned model kept of what its base model knew, on texts unlike its task's.</summary>
internal sealed class RetentionCommand : Command
{
    private readonly Argument<string> _base = new("BASE")
    {
        Description = $"The model before tuning: a folder in Hugging Face layout, a .gguf file, {BuiltInModels.Help}.",
    };

    private readonly Argument<string> _tuned = new("TUNED")
    {
        Description = "The model after it: a saved .zip, a folder in Hugging Face layout, a .gguf file, or an adapter's folder.",
    };

    private readonly Option<string[]> _texts = new("--text")
    {
        Description = "A text to measure on: a file, UTF-8, or english, prose that comes along; may be given several times "
            + "(default: english).",
        HelpName = "FILE",
    };

    private readonly Option<string> _task = CommonOptions.File(
        "--task", "Rows of the task, as TSV or CSV with a header, on whose texts KL(base, tuned) is measured.");

    private readonly Option<string> _column = CommonOptions.Column(
        "--task-column", $"The column of --task that holds texts (default: {CommonOptions.TextColumn}).");

    private readonly PropertyOptions<RetentionStudyOptions> _settings;

    private readonly Option<bool> _zeroPaddingRow = new("--zero-padding-row")
    {
        Description = "Go on with zeros where the padding token's embeddings of the base are NaN or infinite.",
    };

    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<string> _json = CommonOptions.File("--json", "Write the figures as JSON.");
    private readonly TableOptions _table;

    public RetentionCommand() : base("retention", "Measures what a tuned model kept of what its base model knew.")
    {
        Arguments.Add(_base);
        Arguments.Add(_tuned);
        this.AddOptions(_texts, _task, _column, _zeroPaddingRow, _device, _threads, _json);
        _settings = new(this, new());
        _settings.Add("--windows", nameof(RetentionStudyOptions.MaxWindows));
        _table = new(this);
        this.AddCheck(result =>
        {
            if (result.IsGiven(_column) && !result.IsGiven(_task))
                result.AddError($"{_column.Name}: only with {_task.Name}.");
        });
        SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        using var files = new CommandFiles(result, reads: [_task], writes: [_json], models: [_base, _tuned], texts: [_texts]);
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
            .. Enumerable.Range(0, study.Texts).Select(text => RetentionBar.Show(
                error, progress => study.Measure(text, progress, cancellationToken))),
        ];
        if (files.Output(_json) is { } json)
            OutputFile.Write(json, study.ToJson(reports));
        foreach (RetentionReport report in reports)
            RetentionTable.Write(report, files.Text);
        if (request.Texts.Count == 0)
        {
            error.WriteLine(
                $"No {_texts.Name} was named. What was measured on is English, of 1730 to 1940: for a model of another language or trade, "
                + "name a text of its kind.");
        }

        // The base may be measured against itself.
        Warnings.Write(study.Warnings, error);
        return ExitCode.Done;
    }

    /// <summary>The task's texts; null where there are none.</summary>
    private IEnumerable<string>? TaskOf(ParseResult result, CommandFiles files)
    {
        if (files.Input(_task) is not { } path)
            return null;
        string name = result.GetValue(_column) ?? CommonOptions.TextColumn;
        var file = TableFile.Open(_task.Name, path, _table.Format(result, result.GetValue(_task)));
        IDataView rows = file.Load(
            new MLContext(), [new(name, DataKind.String, file.IndexOf(name, $"Name the right one with {_column.Name}."))]);
        return rows.GetColumn<string>(name);
    }
}
