namespace Microsoft.ML.Data;

/// <summary>
/// Gives each row a number in [0, 1) that splits cut at. It depends on the seed and on the row's identifier, or on the
/// row's value in a sampling column alone: so neither the order of reading nor the number of cursors matters.
/// </summary>
internal static class RowFraction
{
    /// <summary>The rows whose number is, or is not, in a range.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="samplingColumn">Rows with equal values here have equal numbers; null: each row has its own.</param>
    /// <param name="seed">Other seeds give other numbers.</param>
    /// <param name="lower">The range's start, included.</param>
    /// <param name="upper">The range's end, not included.</param>
    /// <param name="inside">Whether rows inside the range are kept, or those outside.</param>
    public static IDataView Filter(
        IDataView input, DataViewSchema.Column? samplingColumn, int seed, double lower, double upper, bool inside)
    {
        return new RowFilter(input, samplingColumn is { } tested ? [tested] : [], row =>
        {
            Func<ulong> hash = samplingColumn is { } column ? ValueHash.Create(row, column) : IdHash(row);
            ulong salt = ValueHash.Mix((uint)seed + 0x5851F42D4C957F2DUL);
            return () =>
            {
                // 53 bits, as many as a double holds exactly.
                double fraction = (ValueHash.Mix(hash() ^ salt) >> 11) * (1.0 / (1UL << 53));
                return (lower <= fraction && fraction < upper) == inside;
            };
        });
    }

    private static Func<ulong> IdHash(DataViewRow row)
    {
        ValueGetter<DataViewRowId> getter = row.GetIdGetter();
        DataViewRowId id = default;
        return () =>
        {
            getter(ref id);
            return ValueHash.Mix(id.Low) + ValueHash.Mix(~id.High);
        };
    }
}
