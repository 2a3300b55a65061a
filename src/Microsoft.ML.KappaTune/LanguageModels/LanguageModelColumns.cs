using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.CausalLm;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>The names of the columns that a language model reads and adds.</summary>
/// <param name="Text">The text's or the prompt's, which isn't read where there are conversations.</param>
/// <param name="Completion">Null where texts are whole.</param>
/// <param name="Messages">The conversations'; null for none.</param>
/// <param name="GeneratedText">That of what the model writes; null for none.</param>
internal sealed record LanguageModelColumns(
    string Text, string? Completion, string? Messages, string LogLikelihood, string Perplexity, string? GeneratedText)
{
    /// <summary>The text's column, whether it is read or not.</summary>
    public ColumnSpec TextColumn => new(Text, TextDataViewType.Instance, Role: "text") { Parameter = "TextColumnName" };

    /// <summary>The conversations' column; else the text's and, where there are completions, theirs.</summary>
    public IEnumerable<ColumnSpec> Texts
    {
        get
        {
            if (Messages is not null)
            {
                yield return new(Messages, TextDataViewType.Instance, Role: "messages") { Parameter = "MessagesColumnName" };
                yield break;
            }

            yield return TextColumn;
            if (Completion is not null)
                yield return new(Completion, TextDataViewType.Instance, Role: "completion") { Parameter = "CompletionColumnName" };
        }
    }

    /// <summary>What is added.</summary>
    public IReadOnlyList<ColumnSpec> Added => GeneratedText is null
        ? Numbers
        : [.. Numbers, new(GeneratedText, TextDataViewType.Instance)];

    /// <summary>Reads the texts of a data set once.</summary>
    /// <param name="dataName">What errors call it.</param>
    /// <param name="conversations">What makes examples of conversations; null where there are none.</param>
    /// <param name="parallel">On how many threads it does.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or is no text.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="FormatException">A conversation is none, or not one that the template takes.</exception>
    public IReadOnlyList<LanguageModelExample> Read(
        IDataView data, string dataName, ConversationEncoder? conversations, ParallelOptions parallel)
    {
        List<(string Text, string? Completion)> rows = ReadTexts(data);
        if (rows.Count == 0)
            throw new InvalidOperationException($"The {dataName} has no rows.");
        return conversations is not null
            ? conversations.EncodeAll([.. rows.Select(row => row.Text)], Messages!, dataName, parallel)
            : [.. rows.Select(row => row.Completion is { } completion
                ? LanguageModelExample.OfCompletion(row.Text, completion)
                : LanguageModelExample.OfText(row.Text))];
    }

    private ColumnSpec[] Numbers => [new(LogLikelihood, NumberDataViewType.Single), new(Perplexity, NumberDataViewType.Single)];

    private List<(string Text, string? Completion)> ReadTexts(IDataView data)
    {
        DataViewSchema.Column[] columns = [.. Texts.Select(text => text.Find(data.Schema))];
        List<(string, string?)> rows = [];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        var reader = new TextColumns(cursor, columns);
        while (cursor.MoveNext())
            rows.Add(reader.Read());
        return rows;
    }
}
