using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune evaluate</c>: what a saved model does on rows whose labels, or what is said in them, are known.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly Option<string> _data = CommonOptions.File("--data", "Rows to measure on, as TSV or CSV with a header.");
    private readonly Option<string> _label = CommonOptions.Label();
    private readonly Option<string> _file = CommonOptions.Recordings($"as in training; {CommonOptions.FileColumn} with a folder");
    private readonly Option<string> _said = CommonOptions.Said();
    private readonly Option<string> _json = CommonOptions.File("--json", "Write the metrics as JSON.");
    private readonly TableOptions _table;
    private readonly SavedModelOptions _model;

    public EvaluateCommand() : base("evaluate", "Measures a saved model on rows whose labels, or what is said in them, are known.")
    {
        _data.Required = true;
        this.AddOptions(_data, _label, _file, _said);
        _table = new(this);
        _model = new(this, "A saved model: a .zip file, which names code to run: use models you trust; or the folder of one that hears.");
        Options.Add(_json);
        SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        bool isFolder = _model.HearingFolder(result) is not null;
        using var files = new CommandFiles(
            result, reads: isFolder ? [_data] : [_model.Model, _data], writes: [_json], models: isFolder ? [_model.Model] : []);
        var mlContext = new MLContext();
        using var warnings = new Warnings(mlContext, result.InvocationConfiguration.Error);
        var file = TableFile.Open(_data.Name, files.Input(_data)!, _table.Format(result, result.GetValue(_data)));
        (ScoringModel? scoring, HearingModel? hearing) = _model.LoadEither(mlContext, result, files);
        using (scoring)
        using (hearing)
        {
            if (hearing is null)
                Evaluate(mlContext, scoring!, file, result, files, cancellationToken);
            else
                Evaluate(hearing, file, result, files, cancellationToken);
        }

        return ExitCode.Done;
    }

    private void Evaluate(
        MLContext mlContext, ScoringModel model, TableFile file, ParseResult result, CommandFiles files,
        CancellationToken cancellationToken)
    {
        RequireNone(result, "it doesn't hear", _file, _said);
        string column = result.GetValue(_label) ?? CommonOptions.LabelColumn;
        Evaluation evaluation = Evaluation.Run(mlContext, model, file, column, cancellationToken);
        if (files.Output(_json) is { } path)
            OutputFile.Write(path, EvaluationJson.Write(evaluation));
        MetricsTable.Write(evaluation, files.Text);
    }

    private void Evaluate(
        HearingModel model, TableFile file, ParseResult result, CommandFiles files, CancellationToken cancellationToken)
    {
        RequireNone(result, $"it hears; {_said.Name} names the column of what is said", _label);
        IReadOnlyList<SaidFile> rows = SpeechTable.Read(
            file, SpeechTable.FolderOf(_data, result.GetValue(_data)!), result.GetValue(_file) ?? model.Column,
            result.GetValue(_said) ?? CommonOptions.SaidColumn);
        SpeechEvaluation evaluation = SpeechEvaluation.Run(model, rows, cancellationToken);
        if (files.Output(_json) is { } path)
            OutputFile.Write(path, EvaluationJson.Write(evaluation));
        MetricsTable.Write(evaluation, files.Text);
    }

    /// <exception cref="FormatException">One of these options is given, which the model has no use for.</exception>
    private void RequireNone(ParseResult result, string reason, params Option[] options)
    {
        if (options.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new FormatException(
                PlainText.OneLine($"{given.Name}: not with {result.GetValue(_model.Model)}: {reason}. Leave it out."));
        }
    }
}
