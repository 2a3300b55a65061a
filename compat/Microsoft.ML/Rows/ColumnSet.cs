namespace Microsoft.ML.Data;

/// <summary>Sets of columns as cursors need them.</summary>
internal static class ColumnSet
{
    /// <summary>One flag a column of <paramref name="schema"/>: whether it's among <paramref name="columns"/>.</summary>
    public static bool[] Mask(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        Contracts.CheckValue(columns, nameof(columns));
        var mask = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            Contracts.CheckParam((uint)column.Index < (uint)mask.Length, nameof(columns), $"Column '{column.Name}' is not in the schema");
            mask[column.Index] = true;
        }

        return mask;
    }

    /// <summary>The columns whose flags are set.</summary>
    public static IEnumerable<DataViewSchema.Column> Columns(DataViewSchema schema, bool[] mask) =>
        schema.Where(column => mask[column.Index]);

    /// <summary>The visible column of a name; <see cref="ArgumentOutOfRangeException"/> where there's none.</summary>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string paramName) =>
        schema.GetColumnOrNull(name) ?? throw Contracts.ExceptParam(paramName, $"Column '{name}' not found");

    /// <summary>A permutation of 0 to <paramref name="count"/> - 1.</summary>
    public static int[] Permutation(Random random, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = random.Next(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
