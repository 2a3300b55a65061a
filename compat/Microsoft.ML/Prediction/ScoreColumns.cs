namespace Microsoft.ML.Data;

/// <summary>The annotations of the columns that a prediction adds: which prediction they belong to, and what they are in it.</summary>
internal static class ScoreColumns
{
    public static DataViewSchema.Annotations Annotate(
        DataViewSchema inputSchema, string scoreColumnKind, string scoreValueKind, Action<DataViewSchema.Annotations.Builder>? more = null)
    {
        uint set = inputSchema.GetMaxAnnotationKind(out _, AnnotationUtils.Kinds.ScoreColumnSetId) + 1;
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, set);
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, scoreColumnKind.AsMemory());
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, scoreValueKind.AsMemory());
        more?.Invoke(builder);
        return builder.ToAnnotations();
    }
}
