namespace Microsoft.ML.Data;

internal static partial class AnnotationUtils
{
    public static bool HasSlotNames(this DataViewSchema.Column column, int vectorSize) =>
        vectorSize > 0
        && column.Annotations.Schema.GetColumnOrNull(Kinds.SlotNames) is { Type: VectorDataViewType names }
        && names.Size == vectorSize && names.ItemType is TextDataViewType;

    public static bool HasSlotNames(this SchemaShape.Column col) =>
        col.Kind == SchemaShape.Column.VectorKind.Vector
        && col.Annotations.TryFindColumn(Kinds.SlotNames, out SchemaShape.Column names)
        && names.Kind == SchemaShape.Column.VectorKind.Vector && names.ItemType is TextDataViewType;

    public static bool NeedsSlotNames(this SchemaShape.Column col) =>
        col.Annotations.TryFindColumn(Kinds.KeyValues, out SchemaShape.Column values)
        && values.Kind == SchemaShape.Column.VectorKind.Vector && values.ItemType is TextDataViewType;

    public static bool IsNormalized(this SchemaShape.Column column) =>
        column.Annotations.TryFindColumn(Kinds.IsNormalized, out SchemaShape.Column normalized)
        && normalized.Kind == SchemaShape.Column.VectorKind.Scalar && !normalized.IsKey && normalized.ItemType is BooleanDataViewType;

    /// <summary>What a trainer says of its score columns.</summary>
    public static IEnumerable<SchemaShape.Column> GetTrainerOutputAnnotation(bool isNormalized = false)
    {
        yield return new(Kinds.ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true);
        yield return Text(Kinds.ScoreColumnKind);
        yield return Text(Kinds.ScoreValueKind);
        if (isNormalized)
            yield return new(Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);
    }

    /// <summary>
    /// What a trainer for several classes says of its Score column: names of the slots too, where the label has key values.
    /// </summary>
    public static IEnumerable<SchemaShape.Column> AnnotationsForMulticlassScoreColumn(SchemaShape.Column? labelColumn = null)
    {
        if (labelColumn is { IsKey: true } label && NeedsSlotNames(label))
            yield return new(Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);
        if (labelColumn is { IsKey: true } key && key.Annotations.TryFindColumn(Kinds.KeyValues, out SchemaShape.Column values)
            && values.Kind == SchemaShape.Column.VectorKind.Vector)
            yield return new(Kinds.TrainingLabelValues, SchemaShape.Column.VectorKind.Vector, values.ItemType, false);
        foreach (SchemaShape.Column column in GetTrainerOutputAnnotation())
            yield return column;
    }

    private static SchemaShape.Column Text(string kind) =>
        new(kind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false);
}
