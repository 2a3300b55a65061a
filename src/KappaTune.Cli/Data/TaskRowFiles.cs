using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Data;

/// <summary>The rows of a comparison's task, read from their files. Rows without a label are left out.</summary>
internal static class TaskRowFiles
{
    /// <exception cref="FormatException">A file isn't as it must be; the message names it.</exception>
    public static TaskRows Read(TaskFiles files, CancellationToken cancellationToken)
    {
        var mlContext = new MLContext();
        var columns = new TextColumns(files.Label, files.Text, files.Text2);
        LabelledRows train = Open("--train", files.Train), test = Open("--test", files.Test);
        train.Labels.RequireSeveral();
        test.Labels.RequireAmong(train.Labels.Classes, "Correct it, or add rows of that class to the training rows.");
        return TaskRows.Create(files, Read(train.Rows, columns), Read(test.Rows, columns));

        LabelledRows Open(string option, string path) => LabelledRows.Read(
            mlContext, TableFile.Open(option, path, TableFormat.Choose(files.Separator, files.Quoted, path)), columns, cancellationToken);
    }

    private static TaskRow[] Read(IDataView rows, TextColumns columns)
    {
        IEnumerable<string> Column(string name) => rows.GetColumn<string>(name);
        IEnumerable<string?> pairs = columns.Text2 is { } second ? Column(second) : Enumerable.Repeat<string?>(null, int.MaxValue);
        return [.. Column(columns.Label).Zip(Column(columns.Text), pairs)
            .Where(row => row.First.Length > 0).Select(row => new TaskRow(row.First, row.Second, row.Third))];
    }
}
