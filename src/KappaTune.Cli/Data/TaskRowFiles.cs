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
        if (files.Speech is not null)
        {
            return TaskRows.CreateOfSpeech(
                files, Recordings("--train", files.Train, files), Recordings("--test", files.Test, files), cancellationToken);
        }

        var mlContext = new MLContext();
        var columns = new TextColumns(files.Label, files.Text, files.Text2);
        LabelledRows train = Open("--train", files.Train), test = Open("--test", files.Test);
        train.Labels.RequireSeveral();
        test.Labels.RequireAmong(train.Labels.Classes, "Correct it, or add rows of that class to the training rows.");
        return TaskRows.Create(files, Read(train.Rows, columns), Read(test.Rows, columns));

        LabelledRows Open(string option, string path) => LabelledRows.Read(
            mlContext, TableFile.Open(option, path, TableFormat.Choose(files.Separator, files.Quoted, path)), columns, cancellationToken);
    }

    /// <summary>The paths of recordings, which are from the table's folder, and what is said in them.</summary>
    private static TaskRow[] Recordings(string option, string path, TaskFiles files)
    {
        var file = TableFile.Open(option, path, TableFormat.Choose(files.Separator, files.Quoted, path));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return [.. SpeechTable.Read(file, folder, files.Text, files.Label).Select(row => new TaskRow(row.Said, row.Path, null))];
    }

    private static TaskRow[] Read(IDataView rows, TextColumns columns)
    {
        IEnumerable<string> Column(string name) => rows.GetColumn<string>(name);
        IEnumerable<string?> pairs = columns.Text2 is { } second ? Column(second) : Enumerable.Repeat<string?>(null, int.MaxValue);
        return [.. Column(columns.Label).Zip(Column(columns.Text), pairs)
            .Where(row => row.First.Length > 0).Select(row => new TaskRow(row.First, row.Second, row.Third))];
    }
}
