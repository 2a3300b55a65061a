using System.Text;
using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune predict</c>: rows with what a saved model says about them, one after another.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var command = new Command("predict", "Adds a saved model's predictions to rows, as they come.");
        Option<string> data = CommonOptions.File("--data", "Rows to predict, as TSV or CSV with a header; - for standard input.");
        Option<string> destination = CommonOptions.File(
            "--output", "Where the rows go, with PredictedLabel and scores; - for standard output.");
        data.Required = destination.Required = true;
        command.AddOptions(data, destination);
        var table = new TableOptions(command);
        var model = new SavedModelOptions(command);
        command.SetAction((result, cancellationToken) =>
        {
            if (model.HearingFolder(result) is { } folder)
            {
                throw new UnusableFileException(PlainText.OneLine(
                    $"{model.Model.Name} {folder} is a model that hears, which gives no scores of classes. What is said in recordings, "
                    + "kappatune transcribe writes, also for the rows of a table (--data)."));
            }

            using var files = new CommandFiles(result, reads: [model.Model, data], writes: [destination]);
            var mlContext = new MLContext();
            string source = result.GetValue(data)!, path = result.GetValue(destination)!;
            using Stream rows = files.Open(data);
            TableFile file = TableFile.OpenOnce(data.Name, source, rows, table.Format(result, source));
            using var warnings = new Warnings(mlContext, result.InvocationConfiguration.Error, areOfPortions: file.Arrives);
            using ScoringModel scoring = model.Load(mlContext, result, files);
            var predictions = new Predictions(mlContext, scoring, file);
            // Written as they were read, where nothing says otherwise.
            TableFormat format = path == CommandFiles.Pipe ? file.Format : table.Format(result, path);
            if (path == CommandFiles.Pipe)
                predictions.Write(new(result.InvocationConfiguration.Output, format), cancellationToken);
            else
                OutputFile.Write(path, Write);
            if (!files.IsStream(destination))
                files.Text.WriteLine($"Saved:    {path}");
            return Task.FromResult(ExitCode.Done);

            void Write(Stream stream)
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
                predictions.Write(new(writer, format), cancellationToken);
            }
        });
        return command;
    }
}
