using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Mappings and filters that users write as functions over objects.</summary>
public static partial class CustomMappingCatalog
{
    /// <summary>The rows without those that a predicate gives true for.</summary>
    /// <typeparam name="TSrc">What rows are given to the predicate as; one object a cursor, refilled.</typeparam>
    /// <param name="catalog">The catalog.</param>
    /// <param name="input">The rows.</param>
    /// <param name="filterPredicate">Whether a row is dropped.</param>
    public static IDataView FilterByCustomPredicate<TSrc>(
        this DataOperationsCatalog catalog, IDataView input, Func<TSrc, bool> filterPredicate)
        where TSrc : class, new()
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(filterPredicate, nameof(filterPredicate));
        SetterPlan plan = SetterPlan.Create(typeof(TSrc), input.Schema, ignoreMissingColumns: false, definition: null);
        return new RowFilter(input, plan.Columns, row =>
        {
            var setters = new MemberSetters<TSrc>(row, plan);
            var source = new TSrc();
            return () =>
            {
                setters.Fill(source);
                return !filterPredicate(source);
            };
        });
    }
}
