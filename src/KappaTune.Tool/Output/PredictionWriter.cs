using System.Globalization;
using KappaTune.Tool.Data;

namespace KappaTune.Tool.Output;

/// <summary>
/// Rows with a model's predictions as TSV, which reads like the input: its columns, PredictedLabel and a Score.CLASS for each class.
/// </summary>
internal sealed class PredictionWriter(TextWriter writer, bool quoted)
{
    public static IEnumerable<string> AddedColumns(IEnumerable<string> classes) =>
        classes.Select(name => $"{ScoringModel.Score}.{name}").Prepend(ScoringModel.PredictedLabel);

    public void WriteHeader(IEnumerable<string> columns, IEnumerable<string> classes) => WriteLine(columns.Concat(AddedColumns(classes)));

    public void WriteRow(IEnumerable<string> fields, string predicted, float[] scores) =>
        WriteLine(fields.Append(predicted).Concat(scores.Select(score => score.ToString(CultureInfo.InvariantCulture))));

    // A line at a time: the next program of a pipe gets whole rows.
    private void WriteLine(IEnumerable<string> fields) => writer.Write(string.Join('\t', fields.Select(Escape)) + "\n");

    private string Escape(string field)
    {
        if (quoted)
            return field.AsSpan().ContainsAny("\t\r\n") || field is ['"' or ' ', ..] ? $"\"{field.Replace("\"", "\"\"")}\"" : field;
        // Only the name of a class from a file with quoting can have such characters here.
        return field.AsSpan().ContainsAny("\t\r\n") ? Words.OneLine(field) : field;
    }
}
