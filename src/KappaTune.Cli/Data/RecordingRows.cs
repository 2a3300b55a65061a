using KappaTune.Cli.Files;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Data;

/// <summary>A recording to hear.</summary>
/// <param name="Name">The file, as it was named.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Fields">The row that it is in.</param>
/// <param name="Source">What a copy was made of, which messages are to name instead; null where it is no copy.</param>
internal readonly record struct RecordingRow(string Name, string Path, IReadOnlyList<string> Fields, string? Source = null)
{
    /// <summary>What was heard, with a problem that names what the user did.</summary>
    public HeardFile Named(HeardFile heard) => heard.Problem is { } problem && Source is { } source
        ? heard with { Problem = problem.Replace(PlainText.OneLine(Path), source, StringComparison.Ordinal) }
        : heard;
}

/// <summary>Recordings to hear: files that are named, or rows of a table.</summary>
/// <param name="Columns">The names of the rows' fields.</param>
/// <param name="AreSeveral">Whether a line needs a name: there is more than one file, or may be.</param>
/// <param name="Portions">The rows: as many as are heard at once, or what has arrived of a stream's.</param>
internal sealed record RecordingRows(IReadOnlyList<string> Columns, bool AreSeveral, IEnumerable<RecordingRow[]> Portions)
{
    /// <param name="files">The files, as they were named and where each can be read.</param>
    public static RecordingRows Of(IReadOnlyList<(string Name, string Path)> files, string column) => new(
        [column], files.Count > 1, files.Select(file => new RecordingRow(file.Name, file.Path, [file.Name], SourceOf(file.Name, file.Path)))
            .Chunk(HearingModel.AtOnce));

    /// <param name="folder">The folder that the table's files are in.</param>
    /// <param name="column">The column of files.</param>
    /// <exception cref="FormatException">There is no such column.</exception>
    public static RecordingRows Of(TableFile file, string folder, string column, CancellationToken cancellationToken)
    {
        int place = SpeechTable.PlaceOf(file, column);
        TextLoader.Column[] fields = [.. file.Columns.Select((_, i) => new TextLoader.Column($"{i}", DataKind.String, i))];
        return new(file.Columns, AreSeveral: true, file.LoadPortions(new MLContext(), fields, cancellationToken).SelectMany(
            rows => RowsOf(rows).Select(row => new RecordingRow(row[place], SpeechTable.Resolve(folder, row[place]), row))
                .Chunk(HearingModel.AtOnce)));
    }

    private static string? SourceOf(string name, string path) =>
        name == path ? null : name == CommandFiles.Pipe ? "standard input" : PlainText.OneLine(name);

    private static IEnumerable<string[]> RowsOf(IDataView rows)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
        ValueGetter<ReadOnlyMemory<char>>[] getters = [.. rows.Schema.Select(cursor.GetGetter<ReadOnlyMemory<char>>)];
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            var fields = new string[getters.Length];
            for (int i = 0; i < fields.Length; i++)
            {
                getters[i](ref text);
                fields[i] = text.ToString();
            }

            yield return fields;
        }
    }
}
