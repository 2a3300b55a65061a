using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.CausalLm;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>The names of the columns that a language model reads and adds.</summary>
/// <param name="Completion">Null where texts are whole.</param>
internal sealed record LanguageModelColumns(string Text, string? Completion, string LogLikelihood, string Perplexity)
{
    /// <summary>The text's column and, where there are completions, theirs.</summary>
    public IEnumerable<ColumnSpec> Texts
    {
        get
        {
            yield return new(Text, TextDataViewType.Instance, Role: "text") { Parameter = "TextColumnName" };
            if (Completion is not null)
                yield return new(Completion, TextDataViewType.Instance, Role: "completion") { Parameter = "CompletionColumnName" };
        }
    }

    /// <summary>What is added.</summary>
    public IReadOnlyList<ColumnSpec> Added =>
        [new(LogLikelihood, NumberDataViewType.Single), new(Perplexity, NumberDataViewType.Single)];

    /// <summary>Reads the texts of a data set once.</summary>
    /// <param name="dataName">What errors call it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or is no text.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public IReadOnlyList<LanguageModelExample> Read(IDataView data, string dataName)
    {
        DataViewSchema.Column[] columns = [.. Texts.Select(text => text.Find(data.Schema))];
        var examples = new List<LanguageModelExample>();
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        var reader = new TextColumns(cursor, columns);
        while (cursor.MoveNext())
        {
            (string text, string? completion) = reader.Read();
            examples.Add(
                completion is null ? LanguageModelExample.OfText(text) : LanguageModelExample.OfCompletion(text, completion));
        }

        return examples.Count > 0 ? examples : throw new InvalidOperationException($"The {dataName} has no rows.");
    }
}
