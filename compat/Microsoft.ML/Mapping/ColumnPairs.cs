namespace Microsoft.ML.Data;

/// <summary>Checks, writes and reads lists of output and input column names.</summary>
internal static class ColumnPairs
{
    public static InputOutputColumnPair[] Checked(InputOutputColumnPair[] columns)
    {
        Contracts.CheckValue(columns, nameof(columns));
        foreach (InputOutputColumnPair pair in columns)
            Contracts.CheckValue(pair, nameof(columns));
        string? twice = columns.GroupBy(pair => pair.OutputColumnName).FirstOrDefault(group => group.Count() > 1)?.Key;
        Contracts.CheckParam(twice is null, nameof(columns), $"Duplicated column name '{twice}'");
        return columns;
    }

    public static void Save(ModelSaveContext ctx, IReadOnlyList<InputOutputColumnPair> columns)
    {
        ctx.Writer.Write(columns.Count);
        foreach (InputOutputColumnPair pair in columns)
        {
            ctx.SaveNonEmptyString(pair.OutputColumnName);
            ctx.SaveNonEmptyString(pair.InputColumnName);
        }
    }

    public static InputOutputColumnPair[] Load(ModelLoadContext ctx)
    {
        var columns = new InputOutputColumnPair[ModelLimits.ReadCount(ctx.Reader, bytesPerItem: 2 * sizeof(int))];
        for (int i = 0; i < columns.Length; i++)
        {
            string output = ctx.LoadNonEmptyString(), input = ctx.LoadNonEmptyString();
            if (string.IsNullOrWhiteSpace(output))
                throw ModelLimits.Corrupt();
            columns[i] = new InputOutputColumnPair(output, input);
        }

        return columns;
    }
}
