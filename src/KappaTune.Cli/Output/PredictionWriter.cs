using System.Buffers;
using System.Globalization;
using KappaTune.Cli.Data;

namespace KappaTune.Cli.Output;

/// <summary>
/// Rows with a model's predictions, which read like the input: its columns, PredictedLabel and a Score.CLASS for each class.
/// </summary>
internal sealed class PredictionWriter(TextWriter writer, TableFormat format)
{
    // What makes a field in need of quotes.
    private readonly SearchValues<char> _special = SearchValues.Create(['\r', '\n', format.Separator]);

    public static IEnumerable<string> AddedColumns(IEnumerable<string> classes) =>
        classes.Select(name => $"{ScoringModel.Score}.{name}").Prepend(ScoringModel.PredictedLabel);

    public void WriteHeader(IEnumerable<string> columns, IEnumerable<string> classes)
    {
        WriteLine(columns.Concat(AddedColumns(classes)));
        Flush();
    }

    public void WriteRow(IEnumerable<string> fields, string predicted, float[] scores) =>
        WriteLine(fields.Append(predicted).Concat(scores.Select(score => score.ToString(CultureInfo.InvariantCulture))));

    /// <summary>A line of any fields.</summary>
    public void WriteFields(IEnumerable<string> fields) => WriteLine(fields);

    /// <summary>Hands on what was written: whoever reads a pipe waits for it.</summary>
    public void Flush() => writer.Flush();

    // A line at a time: the next program of a pipe gets whole rows.
    private void WriteLine(IEnumerable<string> fields) => writer.Write(string.Join(format.Separator, fields.Select(Escape)) + "\n");

    private string Escape(string field)
    {
        bool isSpecial = field.AsSpan().ContainsAny(_special);
        // Only the name of a class from a file with quoting can have such characters here.
        if (!format.Quoted)
            return isSpecial ? PlainText.OneLine(field) : field;
        bool hasQuote = format.IsTsv ? field is ['"' or ' ', ..] : field.Contains('"');
        return isSpecial || hasQuote ? $"\"{field.Replace("\"", "\"\"")}\"" : field;
    }
}
