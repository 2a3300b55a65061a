namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>What ML.NET's trainers say about the columns of a multiclass prediction, so that evaluators and others find them.</summary>
internal static class ScoreAnnotations
{
    public const string SlotNames = "SlotNames", TrainingLabelValues = "TrainingLabelValues";

    private const string SetId = "ScoreColumnSetId", Kind = "ScoreColumnKind", ValueKind = "ScoreValueKind";

    /// <summary>What both columns have.</summary>
    public static IEnumerable<SchemaShape.Column> Shapes { get; } =
    [
        new(SetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
        new(Kind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false),
        new(ValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false),
    ];

    /// <summary>A builder that has them for a column, such as <c>Score</c>; predictions in the input are of earlier sets.</summary>
    public static DataViewSchema.Annotations.Builder Start(DataViewSchema inputSchema, string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(SetId, new KeyDataViewType(typeof(uint), int.MaxValue), inputSchema.Max(SetIdOf) + 1);
        builder.AddPrimitiveValue(Kind, TextDataViewType.Instance, "MulticlassClassification".AsMemory());
        builder.AddPrimitiveValue(ValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        return builder;
    }

    private static uint SetIdOf(DataViewSchema.Column column)
    {
        uint id = 0;
        if (column.Annotations.Schema.GetColumnOrNull(SetId) is { Type: KeyDataViewType key } && key.RawType == typeof(uint))
            column.Annotations.GetValue(SetId, ref id);
        return id;
    }
}
