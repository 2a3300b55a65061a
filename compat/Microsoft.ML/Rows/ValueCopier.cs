namespace Microsoft.ML.Data;

/// <summary>Copies a value so that changing the copy doesn't change the original.</summary>
internal delegate void ValueCopier<T>(in T source, ref T destination);

/// <summary>Makes copiers: vectors share memory when assigned, so they're copied item by item; all else is assigned.</summary>
internal static class ValueCopier
{
    /// <summary>The copier of values of a column's raw type.</summary>
    public static ValueCopier<T> Create<T>()
    {
        if (!typeof(T).IsGenericType || typeof(T).GetGenericTypeDefinition() != typeof(VBuffer<>))
            return (in T source, ref T destination) => destination = source;
        return Generic.Invoke<ValueCopier<T>>(CreateVector<int>, typeof(T).GetGenericArguments());
    }

    private static ValueCopier<VBuffer<T>> CreateVector<T>() => (in VBuffer<T> source, ref VBuffer<T> destination) =>
        source.CopyTo(ref destination);
}
