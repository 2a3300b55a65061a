using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>What values of one type mean to keys: which is the missing one, when two are the same, which comes first, how one reads.</summary>
/// <param name="Missing">The value that stands for no value.</param>
/// <param name="IsMissing">Whether a value is that.</param>
/// <param name="Equality">When two values are the same.</param>
/// <param name="Order">Which of two values comes first.</param>
/// <param name="Copy">A value that stays as it is when the row moves on.</param>
/// <param name="Format">A value as text.</param>
internal sealed record ItemKind<T>(
    T Missing,
    Func<T, bool> IsMissing,
    IEqualityComparer<T> Equality,
    IComparer<T> Order,
    Func<T, T> Copy,
    Func<T, string> Format)
{
    /// <summary>The kind of values in a column of <paramref name="itemType"/>.</summary>
    public static ItemKind<T> Of(PrimitiveDataViewType itemType)
    {
        object? kind = itemType switch
        {
            TextDataViewType => new ItemKind<ReadOnlyMemory<char>>(default, text => text.Length == 0, TextComparer.Ordinal, TextComparer.Ordinal,
                text => text.ToString().AsMemory(), text => text.ToString()),
            _ when typeof(T) == typeof(float) => Plain(float.NaN, float.IsNaN),
            _ when typeof(T) == typeof(double) => Plain(double.NaN, double.IsNaN),
            _ when typeof(T) == typeof(bool) => Plain(false, _ => false) with { Format = value => value ? "1" : "0" },
            KeyDataViewType => Plain<T>(default!, key => EqualityComparer<T>.Default.Equals(key, default)),
            _ => Plain<T>(default!, _ => false),
        };
        return (ItemKind<T>)kind;
    }

    private static ItemKind<TValue> Plain<TValue>(TValue missing, Func<TValue, bool> isMissing) => new(
        missing,
        isMissing,
        EqualityComparer<TValue>.Default,
        Comparer<TValue>.Default,
        value => value,
        value => string.Create(CultureInfo.InvariantCulture, $"{value}"));
}
