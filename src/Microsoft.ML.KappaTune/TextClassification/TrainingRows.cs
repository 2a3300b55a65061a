using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.Classification;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>The rows of a data set that have a label, read once.</summary>
/// <param name="Skipped">Rows without a label.</param>
internal sealed record TrainingRows(IReadOnlyList<TextExample> Examples, int Skipped)
{
    /// <param name="dataName">What errors call them.</param>
    /// <param name="label">The label's column: a key of classes stored in uint.</param>
    /// <param name="missingLabels">What a row without a label does.</param>
    /// <exception cref="InvalidOperationException">A row has no label, where that's an error, or no row has one.</exception>
    public static TrainingRows Read(
        IDataView data, string dataName, DataViewSchema.Column label, DataViewSchema.Column[] texts, MissingLabels missingLabels)
    {
        ulong classes = ((KeyDataViewType)label.Type).Count;
        var examples = new List<TextExample>();
        long row = 0;
        using (DataViewRowCursor cursor = data.GetRowCursor([label, .. texts]))
        {
            ValueGetter<uint> labelGetter = cursor.GetGetter<uint>(label);
            var reader = new TextColumns(cursor, texts);
            for (; cursor.MoveNext(); row++)
            {
                uint key = 0;
                labelGetter(ref key);
                // 0 is ML.NET's missing key; one beyond the count names no class either.
                if (key == 0 || key > classes)
                {
                    if (missingLabels == MissingLabels.Error)
                    {
                        throw new InvalidOperationException(
                            $"Row {row + 1} of the {dataName} has no label in column '{label.Name}'. Give it one, take the row out, "
                            + "or set MissingLabels to Skip.");
                    }

                    continue;
                }

                (string text, string? pair) = reader.Read();
                examples.Add(new TextExample(text, pair, (int)key - 1));
            }
        }

        if (examples.Count == 0)
        {
            throw new InvalidOperationException(row == 0
                ? $"The {dataName} has no rows."
                : $"None of the {row} rows of the {dataName} has a label in column '{label.Name}': it is empty, or a class that "
                    + "MapValueToKey didn't meet when it was fitted. Check which column labels are loaded from, and what it was fitted "
                    + "on.");
        }

        return new(examples, (int)Math.Min(int.MaxValue, row - examples.Count));
    }
}
