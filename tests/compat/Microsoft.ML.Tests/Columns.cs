using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Reads columns and annotations of any type, as text: what a golden file can be compared with.</summary>
internal static class Columns
{
    /// <summary>The values of a column, formatted.</summary>
    public static string[] Read(IDataView data, string name)
    {
        DataViewSchema.Column column = data.Schema[name];
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        Func<string> value = Formatter(column.Type, type => Call<Delegate>(nameof(Getter), type, cursor, column));
        var values = new List<string>();
        while (cursor.MoveNext())
            values.Add(value());
        return [.. values];
    }

    /// <summary>The value of an annotation, formatted.</summary>
    public static string Annotation(DataViewSchema.Column column, string kind)
    {
        DataViewSchema.Column annotation = column.Annotations.Schema[kind];
        return Formatter(annotation.Type, type => Call<Delegate>(nameof(AnnotationGetter), type, column, annotation))();
    }

    /// <summary>A value as text: numbers with the fewest digits that read back, vectors in brackets.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        string text => text,
        ReadOnlyMemory<char> text => text.ToString(),
        System.Collections.IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Format))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static Func<string> Formatter(DataViewType type, Func<Type, Delegate> getter) => type is VectorDataViewType vector
        ? Call<Func<string>>(nameof(FormatVector), vector.ItemType.RawType, getter(type.RawType))
        : Call<Func<string>>(nameof(FormatScalar), type.RawType, getter(type.RawType));

    private static ValueGetter<T> Getter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);

    private static ValueGetter<T> AnnotationGetter<T>(DataViewSchema.Column column, DataViewSchema.Column annotation) =>
        column.Annotations.GetGetter<T>(annotation);

    private static Func<string> FormatScalar<T>(ValueGetter<T> getter) => () =>
    {
        T value = default!;
        getter(ref value);
        return Format(value);
    };

    private static Func<string> FormatVector<T>(ValueGetter<VBuffer<T>> getter) => () =>
    {
        VBuffer<T> value = default;
        getter(ref value);
        return Format(value.DenseValues().ToArray());
    };

    private static TResult Call<TResult>(string method, Type type, params object[] arguments) =>
        (TResult)typeof(Columns).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
}
