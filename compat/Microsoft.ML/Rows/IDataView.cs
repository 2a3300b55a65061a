namespace Microsoft.ML;

/// <summary>Rows with a schema, read lazily through cursors. Reading doesn't change it; several cursors can be open at once.</summary>
public interface IDataView
{
    /// <summary>Whether the rows can come in random order.</summary>
    bool CanShuffle { get; }

    /// <summary>The columns.</summary>
    DataViewSchema Schema { get; }

    /// <summary>The number of rows where it is known without reading them, else null.</summary>
    long? GetRowCount();

    /// <summary>Opens a cursor whose active columns are at least <paramref name="columnsNeeded"/>.</summary>
    /// <param name="columnsNeeded">Columns of <see cref="Schema"/> that will be read.</param>
    /// <param name="rand">Shuffles the rows where the view can; null keeps their order.</param>
    DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    /// <summary>Opens up to <paramref name="n"/> cursors that share the rows between them.</summary>
    /// <param name="columnsNeeded">Columns of <see cref="Schema"/> that will be read.</param>
    /// <param name="n">How many cursors are wanted; there may be fewer.</param>
    /// <param name="rand">Shuffles the rows where the view can; null keeps their order.</param>
    DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);
}
