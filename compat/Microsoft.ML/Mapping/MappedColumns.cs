namespace Microsoft.ML.Data;

/// <summary>What a mapped row and a mapped cursor have in common: the input's columns, then the getters of the added ones.</summary>
internal sealed class MappedColumns(DataViewSchema schema, int inputCount, bool[] active, Delegate?[] getters, Action? disposer)
{
    public DataViewSchema Schema { get; } = schema;

    public bool IsActive(DataViewRow input, DataViewSchema.Column column)
    {
        Contracts.CheckParam(column.Index < active.Length, nameof(column), "Column index is out of the range of the schema");
        return column.Index < inputCount ? input.IsColumnActive(input.Schema[column.Index]) : active[column.Index];
    }

    public ValueGetter<TValue> GetGetter<TValue>(DataViewRow input, DataViewSchema.Column column)
    {
        if (!IsActive(input, column))
            throw GetterExceptions.NotActive();
        if (column.Index < inputCount)
            return input.GetGetter<TValue>(input.Schema[column.Index]);
        return GetterExceptions.Cast<TValue>(getters[column.Index - inputCount]!, Schema[column.Index]);
    }

    public void Dispose() => disposer?.Invoke();
}
