namespace Microsoft.ML.Data;

/// <summary>Tests of single rows, as <see cref="RowFilter"/> takes them.</summary>
internal static class RowTests
{
    /// <summary>Whether a float or double is in a range, lower bound included, upper bound not; NaN isn't.</summary>
    public static Func<DataViewRow, Func<bool>> InRange(DataViewSchema.Column column, double lowerBound, double upperBound) => row =>
    {
        if (column.Type.RawType == typeof(float))
        {
            ValueGetter<float> getter = row.GetGetter<float>(column);
            float value = 0;
            return () =>
            {
                getter(ref value);
                return lowerBound <= value && value < upperBound;
            };
        }

        ValueGetter<double> doubleGetter = row.GetGetter<double>(column);
        double number = 0;
        return () =>
        {
            doubleGetter(ref number);
            return lowerBound <= number && number < upperBound;
        };
    };

    /// <summary>Whether no value of a column, or of the vectors in it, is missing; null where its type has no missing values.</summary>
    public static Func<DataViewRow, Func<bool>>? NotMissing(DataViewSchema.Column column)
    {
        DataViewType itemType = column.Type.GetItemType();
        if (itemType is KeyDataViewType)
        {
            return Type.GetTypeCode(itemType.RawType) switch
            {
                TypeCode.Byte => NoneIs<byte>(column, key => key == 0),
                TypeCode.UInt16 => NoneIs<ushort>(column, key => key == 0),
                TypeCode.UInt32 => NoneIs<uint>(column, key => key == 0),
                _ => NoneIs<ulong>(column, key => key == 0),
            };
        }

        if (itemType.RawType == typeof(float))
            return NoneIs<float>(column, float.IsNaN);
        return itemType.RawType == typeof(double) ? NoneIs<double>(column, double.IsNaN) : null;
    }

    private static Func<DataViewRow, Func<bool>> NoneIs<T>(DataViewSchema.Column column, Func<T, bool> isMissing)
    {
        // An implicit value of a sparse vector is a default: missing for keys, not for numbers.
        bool defaultIsMissing = isMissing(default!);
        return row =>
        {
            if (column.Type is VectorDataViewType)
            {
                ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
                VBuffer<T> vector = default;
                return () =>
                {
                    getter(ref vector);
                    if (defaultIsMissing && !vector.IsDense)
                        return false;
                    foreach (T value in vector.GetValues())
                    {
                        if (isMissing(value))
                            return false;
                    }

                    return true;
                };
            }

            ValueGetter<T> single = row.GetGetter<T>(column);
            T item = default!;
            return () =>
            {
                single(ref item);
                return !isMissing(item);
            };
        };
    }
}
