using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Data;

/// <summary>The columns, or fields, of a language model's texts.</summary>
/// <param name="Text">That of texts, or of prompts where there are completions.</param>
/// <param name="Completion">That of completions; null for none.</param>
/// <param name="Messages">That of conversations, which is read instead of the others; null for none.</param>
internal sealed record LanguageColumns(string Text, string? Completion, string? Messages = null)
{
    /// <summary>The column that every text is in, whatever it is, and the option that names it.</summary>
    public (string Name, string Option) First => Messages is null ? (Text, "--text") : (Messages, "--messages");
}

/// <summary>A text, a prompt and its completion, or a conversation as JSON.</summary>
internal readonly record struct LanguageText(string Text, string? Completion);

/// <summary>
/// Files of texts for a language model: plain text, whose texts have empty lines between them, a JSON object a line, or rows of a table.
/// </summary>
internal static class LanguageTexts
{
    private static readonly string[] JsonLineEndings = [".jsonl", ".ndjson"];

    /// <summary>Reads a file, as the ending of its name says.</summary>
    /// <param name="option">The option that named it, for messages.</param>
    /// <param name="file">What it is called on the command line.</param>
    /// <param name="path">Where it can be read.</param>
    /// <exception cref="FormatException">There are no texts in it, or something isn't as it must be.</exception>
    public static IReadOnlyList<LanguageText> Read(string option, string file, string path, TableFormat format, LanguageColumns columns)
    {
        string ending = Path.GetExtension(file).ToLowerInvariant(), name = $"{option} {PlainText.OneLine(file)}";
        LanguageText[] texts =
            JsonLineEndings.Contains(ending) ? [.. JsonTexts.Read(name, path, columns)]
            : ending == ".txt" ? Plain(name, path, columns)
            : Rows(TableFile.Open(option, path, format), columns);
        return texts.Length > 0 ? texts : throw new FormatException($"{name} has no texts. Add some.");
    }

    /// <summary>Makes rows of texts, with the columns' names.</summary>
    public static IDataView ToDataView(MLContext mlContext, IReadOnlyList<LanguageText> texts, LanguageColumns columns)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        SchemaDefinition.Column text = schema[nameof(Row.Text)], completion = schema[nameof(Row.Completion)];
        text.ColumnName = columns.First.Name;
        if (columns.Completion is { } name)
            completion.ColumnName = name;
        else
            schema.Remove(completion);
        return mlContext.Data.LoadFromEnumerable(
            texts.Select(each => new Row { Text = each.Text, Completion = each.Completion ?? "" }).ToArray(), schema);
    }

    private static LanguageText[] Rows(TableFile file, LanguageColumns columns)
    {
        (string Name, string Option)[] wanted = [columns.First, (columns.Completion ?? "", "--completion")];
        IDataView rows = file.Load(new MLContext(), wanted.Where(column => column.Name.Length > 0).Select(column =>
            new TextLoader.Column(column.Name, DataKind.String, file.IndexOf(column.Name, $"Name the right one with {column.Option}."))));
        IEnumerable<string> texts = rows.GetColumn<string>(columns.First.Name);
        return columns.Completion is { } completion
            ? [.. texts.Zip(rows.GetColumn<string>(completion), (text, end) => new LanguageText(text, end))]
            : [.. texts.Select(text => new LanguageText(text, null))];
    }

    private static LanguageText[] Plain(string name, string path, LanguageColumns columns)
    {
        if (columns.Completion is not null)
            throw new FormatException($"{name}: plain text has no completions. Leave --completion out, or give a table or JSON lines.");
        if (columns.Messages is not null)
            throw new FormatException($"{name}: plain text has no conversations. Leave --messages out, or give a table or JSON lines.");
        List<LanguageText> texts = [];
        List<string> lines = [];
        foreach (string line in Utf8Lines.Read(name, path))
        {
            if (!string.IsNullOrWhiteSpace(line))
                lines.Add(line);
            else
                End();
        }

        End();
        return [.. texts];

        void End()
        {
            if (lines.Count > 0)
                texts.Add(new(string.Join('\n', lines), null));
            lines.Clear();
        }
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Completion { get; set; } = "";
    }
}
