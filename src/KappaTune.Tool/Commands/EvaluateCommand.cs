using System.CommandLine;
using KappaTune.Tool.Data;
using KappaTune.Tool.Output;
using Microsoft.ML;

namespace KappaTune.Tool.Commands;

/// <summary><c>kappatune evaluate</c>: what a saved model does on rows whose labels are known.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var command = new Command("evaluate", "Measures a saved model on rows whose labels are known.");
        Argument<string> model = Options.Model();
        Option<string> data = Options.File("--data", "Rows to measure on, as TSV with a header.");
        Option<string> label = Options.Label();
        Option<bool> quoted = Options.Quoted();
        Option<string> json = Options.File("--json", "Write the metrics as JSON.");
        data.Required = true;
        command.Arguments.Add(model);
        foreach (Option option in (Option[])[data, label, quoted, json])
            command.Options.Add(option);
        command.SetAction((result, cancellationToken) =>
        {
            OutputFile.Check(result, json);
            TextWriter output = result.InvocationConfiguration.Output;
            var mlContext = new MLContext();
            using var warnings = new Warnings(mlContext, result.InvocationConfiguration.Error);
            TsvFile file = TsvFile.Open(data.Name, result.GetValue(data)!, result.GetValue(quoted));
            using ScoringModel scoring = ScoringModel.Load(mlContext, result.GetValue(model)!);
            string column = result.GetValue(label) ?? Options.LabelColumn;
            Evaluation evaluation = Evaluation.Of(mlContext, scoring, file, column, cancellationToken);
            if (result.GetValue(json) is { } path)
                OutputFile.Write(path, EvaluationJson.Write(evaluation));
            MetricsTable.Write(evaluation, output);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
