using System.CommandLine;
using System.Text;
using KappaTune.Tool.Data;
using KappaTune.Tool.Output;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;

namespace KappaTune.Tool.Commands;

/// <summary><c>kappatune predict</c>: rows with what a saved model says about them, one after another.</summary>
internal static class PredictCommand
{
    /// <summary>What stands for standard input and output.</summary>
    private const string Pipe = "-";

    public static Command Create()
    {
        var command = new Command("predict", "Adds a saved model's predictions to rows, as they come.");
        Argument<string> model = Options.Model();
        Option<string> data = Options.File("--data", "Rows to predict, as TSV with a header; - for standard input.");
        Option<string> destination = Options.File("--output", "Where the rows go, with PredictedLabel and scores; - for standard output.");
        Option<bool> quoted = Options.Quoted();
        data.Required = destination.Required = true;
        command.Arguments.Add(model);
        foreach (Option option in (Option[])[data, destination, quoted])
            command.Options.Add(option);
        command.SetAction((result, cancellationToken) =>
        {
            string path = result.GetValue(destination)!;
            if (path != Pipe)
                OutputFile.Check(result, destination);
            var mlContext = new MLContext();
            using var warnings = new Warnings(mlContext, result.InvocationConfiguration.Error);
            TsvFile file = result.GetValue(data) == Pipe
                ? TsvFile.OpenInput(data.Name, result.GetValue(quoted))
                : TsvFile.Open(data.Name, result.GetValue(data)!, result.GetValue(quoted));
            using ScoringModel scoring = ScoringModel.Load(mlContext, result.GetValue(model)!);
            var predictions = new Predictions(mlContext, scoring, file);
            if (path == Pipe)
            {
                predictions.Write(new(result.InvocationConfiguration.Output, result.GetValue(quoted)), cancellationToken);
                return Task.FromResult(ExitCode.Done);
            }

            AtomicFile.Write(path, stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
                predictions.Write(new(writer, result.GetValue(quoted)), cancellationToken);
            });
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
