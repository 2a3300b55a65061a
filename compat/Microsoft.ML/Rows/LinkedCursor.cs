namespace Microsoft.ML.Data;

/// <summary>A cursor over the rows of another, with the same columns.</summary>
internal abstract class LinkedCursor(DataViewRowCursor input, bool[] active) : CursorBase(input.Schema, active)
{
    protected DataViewRowCursor Input => input;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override Delegate GetGetterCore<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(input.Schema[column.Index]);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
