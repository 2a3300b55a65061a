using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>Objects as data: a row an object, a column a public field or property. The objects are read whenever the data is.</summary>
    /// <param name="data">The objects; a sequence that can be enumerated again and again.</param>
    /// <param name="schemaDefinition">Which members become which columns; default: as the attributes say.</param>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition? schemaDefinition = null) where TRow : class
    {
        Contracts.CheckValue(data, nameof(data));
        return new EnumerableDataView<TRow>(data, RowBinding.Create(typeof(TRow), schemaDefinition, SchemaDefinition.Direction.Read));
    }

    /// <summary>Objects as data, with the column types and annotations of a schema.</summary>
    /// <param name="data">The objects; a sequence that can be enumerated again and again.</param>
    /// <param name="schema">Gives the types and annotations of the columns it has.</param>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema) where TRow : class
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckValue(schema, nameof(schema));
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (SchemaDefinition.Column column in definition)
        {
            if (schema.GetColumnOrNull(column.ColumnName) is not { } known)
                continue;
            column.ColumnType = known.Type;
            column.AddAnnotations(known.Annotations);
        }

        return LoadFromEnumerable(data, definition);
    }

    /// <summary>Data as objects. Key columns are given as they're stored: 1-based, 0 where missing.</summary>
    /// <param name="data">The data, read whenever the result is enumerated.</param>
    /// <param name="reuseRowObject">Whether every row comes in the same object, refilled.</param>
    /// <param name="ignoreMissingColumns">Whether members without a column are left as they are; else they're an error.</param>
    /// <param name="schemaDefinition">Which columns fill which members; default: as the attributes say.</param>
    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition? schemaDefinition = null)
        where TRow : class, new()
    {
        Contracts.CheckValue(data, nameof(data));
        SetterPlan plan = SetterPlan.Create(typeof(TRow), data.Schema, ignoreMissingColumns, schemaDefinition);
        return Enumerate();

        IEnumerable<TRow> Enumerate()
        {
            using DataViewRowCursor cursor = data.GetRowCursor(plan.Columns);
            var setters = new MemberSetters<TRow>(cursor, plan);
            TRow? row = null;
            while (cursor.MoveNext())
            {
                if (row is null || !reuseRowObject)
                    row = new TRow();
                setters.Fill(row);
                yield return row;
            }
        }
    }
}
