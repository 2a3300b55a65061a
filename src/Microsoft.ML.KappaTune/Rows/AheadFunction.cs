namespace Microsoft.ML.KappaTune.Rows;

/// <summary>Columns that a model adds, which works on several rows at once: cursors read ahead for it.</summary>
internal abstract class AheadFunction : RowFunction
{
    public override IDataView Apply(IDataView input) => new AheadView(input, this);

    /// <summary>What keeps the rows that a cursor has read.</summary>
    /// <param name="input">The cursor.</param>
    /// <param name="columns">What the function reads.</param>
    public abstract RowWindow NewWindow(DataViewRow input, IReadOnlyList<DataViewSchema.Column> columns);
}
