using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>The texts of a data set that aren't of the task, read once, as a control text.</summary>
internal static class ControlRows
{
    private const string DataName = "retention data";

    /// <param name="text">The text's column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column isn't there, or is no text.</exception>
    /// <exception cref="InvalidOperationException">No row has a text.</exception>
    public static ControlSource Read(IDataView data, ColumnSpec text)
    {
        if (data.Schema.GetColumnOrNull(text.Name) is null)
        {
            throw ColumnSpec.Missing(
                $"{text.Role} column '{text.Name}'", DataName, SchemaShape.Create(data.Schema),
                "Give its texts the name of the training data's column: "
                + $"mlContext.Transforms.CopyColumns(\"{text.Name}\", …).");
        }

        DataViewSchema.Column column = text.Find(data.Schema);
        var source = ControlSource.FromTexts($"Column '{text.Name}' of the {DataName}", Texts(data, column));
        using Stream content = source.Open();
        return content.Length > 0
            ? source
            : throw new InvalidOperationException(
                $"The {DataName} has no text in column '{text.Name}'. Give it rows of text like that of the pre-training, not of the "
                + "task; or name a file as RetentionText; or leave both out, and what the model kept isn't measured or, with a budget, is "
                + "measured on English prose that comes with the library.");
    }

    private static IEnumerable<string> Texts(IDataView data, DataViewSchema.Column column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        var reader = new TextColumns(cursor, [column]);
        while (cursor.MoveNext())
            yield return reader.Read().Text;
    }
}
