using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Finds and reads the columns that an evaluation needs.</summary>
internal static class EvaluationColumns
{
    /// <summary>The column in a role ("Label", "Score"); it's an error if there is none.</summary>
    public static DataViewSchema.Column Find(IExceptionContext context, DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name) ?? throw context.ExceptParam(nameof(schema), $"{name} column '{role}' not found");

    /// <summary>
    /// Reads the class of a row from a Single or key column: from 0; int.MaxValue for one that is out of all bounds;
    /// null where it is missing or no class (NaN, negative, a fraction).
    /// </summary>
    public static Func<int?> ClassGetter(DataViewRow row, DataViewSchema.Column label) => label.Type.RawType switch
    {
        var type when type == typeof(byte) => KeyGetter<byte>(row, label, key => key),
        var type when type == typeof(ushort) => KeyGetter<ushort>(row, label, key => key),
        var type when type == typeof(uint) => KeyGetter<uint>(row, label, key => key),
        var type when type == typeof(ulong) => KeyGetter<ulong>(row, label, key => key),
        _ => FloatGetter(row, label),
    };

    private static Func<int?> KeyGetter<TKey>(DataViewRow row, DataViewSchema.Column label, Func<TKey, ulong> toNumber) where TKey : struct
    {
        ValueGetter<TKey> getter = row.GetGetter<TKey>(label);
        return () =>
        {
            TKey value = default;
            getter(ref value);
            ulong key = toNumber(value);
            return key == 0 ? null : (int)Math.Min(key - 1, int.MaxValue);
        };
    }

    private static Func<int?> FloatGetter(DataViewRow row, DataViewSchema.Column label)
    {
        ValueGetter<float> getter = row.GetGetter<float>(label);
        return () =>
        {
            float value = 0;
            getter(ref value);
            return value >= 0 && value == MathF.Floor(value) ? (int)Math.Min(value, int.MaxValue) : null;
        };
    }
}
