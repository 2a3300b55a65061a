namespace Microsoft.ML;

/// <summary>Rows one after another: a row that moves. Before the first <see cref="MoveNext"/> there's no row.</summary>
public abstract class DataViewRowCursor : DataViewRow
{
    /// <summary>Moves to the next row; false, and for good, where there's none.</summary>
    public abstract bool MoveNext();
}
