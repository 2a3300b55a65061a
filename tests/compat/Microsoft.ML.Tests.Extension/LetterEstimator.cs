using Microsoft.ML.Data;

namespace Microsoft.ML.Tests.Extension;

/// <summary>Counts the letters of a text column by the label of another; written as a third party would, on public interfaces.</summary>
public sealed class LetterEstimator(string textColumnName = "Text", string labelColumnName = "Label") : IEstimator<LetterTransformer>
{
    public LetterTransformer Fit(IDataView input)
    {
        string[] labels = [.. input.GetColumn<string>(labelColumnName).Distinct().Order(StringComparer.Ordinal)];
        var weights = new float[labels.Length * LetterModel.Letters];
        foreach ((string text, string label) in input.GetColumn<string>(textColumnName).Zip(input.GetColumn<string>(labelColumnName)))
        {
            foreach (char c in text.Where(char.IsAsciiLetterLower))
                weights[Array.IndexOf(labels, label) * LetterModel.Letters + c - 'a'] += 1f / text.Length;
        }

        return new LetterTransformer(new LetterModel(labels, weights), textColumnName, note: null);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        if (!inputSchema.TryFindColumn(textColumnName, out SchemaShape.Column text) || text.ItemType is not TextDataViewType)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"No text column '{textColumnName}'");
        var slotNames = new SchemaShape.Column("SlotNames", SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false);
        var score = new SchemaShape.Column("Score", SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false, new SchemaShape([slotNames]));
        return new SchemaShape(inputSchema.Append(score));
    }
}
