namespace Microsoft.ML.KappaTune.Rows;

/// <summary>What a function keeps of the rows that a cursor has read ahead, and finds for them.</summary>
internal abstract class RowWindow
{
    /// <summary>Rows, at most.</summary>
    public virtual int Largest => 512;

    /// <summary>Starts again without rows.</summary>
    /// <param name="firstRow">The place of the row that is added first, among all.</param>
    public abstract void Clear(long firstRow);

    /// <summary>Adds the input's row as it is now.</summary>
    public abstract void Add();

    /// <summary>A getter a column, in the order of the function's outputs.</summary>
    /// <param name="cursor">The cursor that gives the rows.</param>
    /// <param name="slot">Gives the place in the window of the row that it is at when a getter is called.</param>
    public abstract Delegate[] CreateGetters(DataViewRowCursor cursor, Func<int> slot);

    /// <summary>Called when no more rows are wanted.</summary>
    /// <param name="rows">How many there were.</param>
    public abstract void End(long rows);
}
