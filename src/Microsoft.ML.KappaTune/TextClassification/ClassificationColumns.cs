using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>The names of the columns that a text classifier reads and adds.</summary>
internal sealed record ClassificationColumns(string Sentence1, string? Sentence2, string Score, string PredictedLabel)
{
    private const string
        Sentence1Role = "sentence1", Sentence2Role = "sentence2",
        Sentence1Parameter = "sentence1ColumnName", Sentence2Parameter = "sentence2ColumnName";

    /// <summary>Checks the texts in the shape of an input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or is no text.</exception>
    public void Check(SchemaShape inputSchema)
    {
        foreach (ColumnSpec text in Texts)
            text.Check(inputSchema);
    }

    /// <summary>The texts' columns in an input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or is no text.</exception>
    public DataViewSchema.Column[] Find(DataViewSchema inputSchema) => [.. Texts.Select(text => text.Find(inputSchema))];

    /// <summary>The shape with the added columns, which take the place of those of the same name.</summary>
    public SchemaShape Extend(SchemaShape inputSchema, SchemaShape.Column label)
    {
        SchemaShape.Column keyValues = LabelValues.Shape(label);
        var predicted = new SchemaShape.Column(
            PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true,
            new SchemaShape([keyValues, .. ScoreAnnotations.Shapes]));
        var slotNames = new SchemaShape.Column(
            ScoreAnnotations.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false);
        var training = new SchemaShape.Column(
            ScoreAnnotations.TrainingLabelValues, SchemaShape.Column.VectorKind.Vector, keyValues.ItemType, isKey: false);
        var score = new SchemaShape.Column(
            Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false,
            new SchemaShape([slotNames, training, .. ScoreAnnotations.Shapes]));
        return new(inputSchema.Where(column => column.Name != PredictedLabel && column.Name != Score).Concat([predicted, score]));
    }

    /// <summary>The text's column and, for pairs, that of the second text.</summary>
    public IEnumerable<ColumnSpec> Texts
    {
        get
        {
            yield return new(Sentence1, TextDataViewType.Instance, Role: Sentence1Role) { Parameter = Sentence1Parameter };
            if (Sentence2 is not null)
                yield return new(Sentence2, TextDataViewType.Instance, Role: Sentence2Role) { Parameter = Sentence2Parameter };
        }
    }
}
