using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>One row of data. Values are read through getters, which belong to the row and to one thread at a time.</summary>
public abstract class DataViewRow : IDisposable
{
    private bool _disposed;

    /// <summary>The row's place in the order of its cursor; -1 before the first row.</summary>
    public abstract long Position { get; }

    /// <summary>Which batch of a set of cursors the row is in: rows of a batch are together in one cursor, in order.</summary>
    public abstract long Batch { get; }

    /// <summary>The columns.</summary>
    public abstract DataViewSchema Schema { get; }

    /// <summary>A getter of the row's identifier, which doesn't depend on order or on the cursor that gives the row.</summary>
    public abstract ValueGetter<DataViewRowId> GetIdGetter();

    /// <summary>A getter of the values of an active column.</summary>
    /// <typeparam name="TValue">The raw type of the column, exactly.</typeparam>
    public abstract ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column);

    /// <summary>Whether the column can be read in this row.</summary>
    public abstract bool IsColumnActive(DataViewSchema.Column column);

    /// <summary>Frees what the row holds; more than once is harmless.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        Dispose(true);
        _disposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the row holds; the base does nothing.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
