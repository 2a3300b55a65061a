using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune evaluate</c>: what a saved model does on rows whose labels are known.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var command = new Command("evaluate", "Measures a saved model on rows whose labels are known.");
        Option<string> data = CommonOptions.File("--data", "Rows to measure on, as TSV or CSV with a header.");
        Option<string> label = CommonOptions.Label();
        Option<string> json = CommonOptions.File("--json", "Write the metrics as JSON.");
        data.Required = true;
        command.AddOptions(data, label);
        var table = new TableOptions(command);
        var model = new SavedModelOptions(command);
        command.Options.Add(json);
        command.SetAction((result, cancellationToken) =>
        {
            using var files = new CommandFiles(result, reads: [model.Model, data], writes: [json]);
            var mlContext = new MLContext();
            using var warnings = new Warnings(mlContext, result.InvocationConfiguration.Error);
            TableFile file = TableFile.Open(data.Name, files.Input(data)!, table.Format(result, result.GetValue(data)));
            using ScoringModel scoring = model.Load(mlContext, result, files);
            string column = result.GetValue(label) ?? CommonOptions.LabelColumn;
            Evaluation evaluation = Evaluation.Run(mlContext, scoring, file, column, cancellationToken);
            if (files.Output(json) is { } path)
                OutputFile.Write(path, EvaluationJson.Write(evaluation));
            MetricsTable.Write(evaluation, files.Text);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
