using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Which columns to keep or to drop.</summary>
/// <param name="Names">Their names.</param>
/// <param name="Drops">Whether they are dropped, and the others kept in their order; else they are kept, in the order of the names.</param>
/// <param name="KeepHidden">Whether hidden columns are kept like the others; else they are dropped.</param>
internal sealed record ColumnSelection(string[] Names, bool Drops, bool KeepHidden)
{
    /// <summary>The columns of a schema that are kept, in their new order; throws where one that is named isn't there.</summary>
    public DataViewSchema.Column[] Apply(DataViewSchema inputSchema)
    {
        foreach (string name in Names)
            InputColumns.Find(inputSchema, name);
        DataViewSchema.Column[] candidates = inputSchema.Where(column => KeepHidden || !column.IsHidden).ToArray();
        return Drops
            ? candidates.Where(column => !Names.Contains(column.Name)).ToArray()
            : Names.Distinct().SelectMany(name => candidates.Where(column => column.Name == name)).ToArray();
    }

    /// <inheritdoc cref="Apply(DataViewSchema)"/>
    public SchemaShape Apply(SchemaShape inputSchema)
    {
        SchemaShape.Column[] named = Array.ConvertAll(Names.Distinct().ToArray(), name => InputColumns.Find(inputSchema, name));
        return new SchemaShape(Drops ? inputSchema.Where(column => !Names.Contains(column.Name)) : named);
    }
}
