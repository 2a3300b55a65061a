namespace Microsoft.ML.Data;

/// <summary>An input row with a mapper's columns added; follows the input row, and is disposed with it.</summary>
/// <param name="input">The input row.</param>
/// <param name="schema">The input's columns, then the added ones.</param>
/// <param name="active">Whether each column was asked for.</param>
/// <param name="getters">The getters of the added columns; null where one isn't active.</param>
/// <param name="disposer">Frees what the getters hold.</param>
internal sealed class MappedRow(DataViewRow input, DataViewSchema schema, bool[] active, Delegate?[] getters, Action? disposer) : DataViewRow
{
    private readonly int _inputCount = schema.Count - getters.Length;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => schema;

    public override bool IsColumnActive(DataViewSchema.Column column)
    {
        Contracts.CheckParam((uint)column.Index < (uint)active.Length, nameof(column), "Column index out of range");
        return column.Index < _inputCount ? input.IsColumnActive(input.Schema[column.Index]) : active[column.Index];
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw GetterExceptions.NotActive();
        return column.Index < _inputCount
            ? input.GetGetter<TValue>(input.Schema[column.Index])
            : GetterExceptions.Cast<TValue>(getters[column.Index - _inputCount]!, schema[column.Index]);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            disposer?.Invoke();
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
