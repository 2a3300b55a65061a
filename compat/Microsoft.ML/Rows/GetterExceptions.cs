namespace Microsoft.ML.Data;

/// <summary>What asking for the wrong getter throws, the same for every row and cursor.</summary>
internal static class GetterExceptions
{
    /// <summary>The column isn't of the type asked for.</summary>
    public static Exception WrongType<TValue>(DataViewSchema.Column column) => Contracts.Except(
        $"Invalid TValue in GetGetter for column #{column}: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");

    /// <summary>The column wasn't asked for when the cursor was opened.</summary>
    public static Exception NotActive() => Contracts.ExceptParam("column", "requested column not active");

    /// <summary>Gives <paramref name="getter"/> where it is of the type asked for.</summary>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue> ?? throw WrongType<TValue>(column);
}
