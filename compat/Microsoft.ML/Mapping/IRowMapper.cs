namespace Microsoft.ML.Data;

/// <summary>The columns that a transformer adds to a row of one schema, and how each is computed from it.</summary>
internal interface IRowMapper
{
    /// <summary>The added columns, in order.</summary>
    DataViewSchema.DetachedColumn[] GetOutputColumns();

    /// <summary>Whether input column <paramref name="input"/> is read to compute added column <paramref name="output"/>.</summary>
    bool DependsOn(int output, int input);

    /// <summary>
    /// Makes the getters of the added columns for one row or cursor: a <see cref="ValueGetter{TValue}"/> of the column's raw type,
    /// null where the column is not active. Called once a cursor, so state kept in the getters needs no lock.
    /// </summary>
    /// <param name="input">The row that the getters read.</param>
    /// <param name="isActive">Which added columns will be read.</param>
    /// <param name="disposer">Run when the row or cursor is disposed; null where there's nothing to free.</param>
    Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action? disposer);
}
