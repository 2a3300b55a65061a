using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>The texts of a column's values, as a text loader reads them back; a default value's text is known to be one.</summary>
internal abstract class TextPrinter
{
    /// <summary>How many fields the column takes in the current row, and what is in them that isn't a default.</summary>
    /// <param name="fields">Gets a text for each field that isn't a default, with the field's place in the column.</param>
    public abstract int Print(List<(int Index, string Text)> fields);

    /// <summary>The text of the column's default value.</summary>
    public abstract string Default { get; }

    /// <summary>Makes the printer of a column.</summary>
    public static TextPrinter Create(DataViewRow row, DataViewSchema.Column column, char separator) =>
        Generic.Invoke<TextPrinter>(CreateTyped<int>, column.Type.GetItemType().RawType, row, column, separator);

    /// <summary>A text as a field: quoted where it is empty or has something that a loader would take for more than text.</summary>
    public static string Quote(ReadOnlySpan<char> text, char separator)
    {
        bool plain = text.Length > 0 && text[0] != ' ' && text[^1] != ' ' && !text.StartsWith("//") && !text.StartsWith("#@")
            && text.IndexOfAny("\"\r\n:") < 0 && !text.Contains(separator);
        return plain ? text.ToString() : $"\"{text.ToString().Replace("\"", "\"\"")}\"";
    }

    private static TextPrinter CreateTyped<T>(DataViewRow row, DataViewSchema.Column column, char separator)
    {
        Func<T, string> text = Text<T>(column.Type.GetItemType(), separator);
        return column.Type is VectorDataViewType
            ? new VectorPrinter<T>(row.GetGetter<VBuffer<T>>(column), text)
            : new ScalarPrinter<T>(row.GetGetter<T>(column), text);
    }

    private static Func<T, string> Text<T>(DataViewType type, char separator) => type switch
    {
        // Files count keys from 0; an empty field for a missing key could make an empty line, which loaders leave out.
        KeyDataViewType => value => Convert.ToUInt64(value, CultureInfo.InvariantCulture) is > 0 and ulong key
            ? (key - 1).ToString(CultureInfo.InvariantCulture)
            : "?",
        TextDataViewType => value => Quote(((ReadOnlyMemory<char>)(object)value!).Span, separator),
        BooleanDataViewType => value => (bool)(object)value! ? "1" : "0",
        DateTimeDataViewType or DateTimeOffsetDataViewType => value => ((IFormattable)value!).ToString("o", CultureInfo.InvariantCulture),
        TimeSpanDataViewType => value => Quote(((IFormattable)value!).ToString("c", CultureInfo.InvariantCulture), separator),
        _ => value => value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value!.ToString()!,
    };

    private sealed class ScalarPrinter<T>(ValueGetter<T> getter, Func<T, string> text) : TextPrinter
    {
        private T _value = default!;

        public override string Default { get; } = text(default!);

        public override int Print(List<(int Index, string Text)> fields)
        {
            getter(ref _value);
            string printed = text(_value);
            if (printed != Default)
                fields.Add((0, printed));
            return 1;
        }
    }

    private sealed class VectorPrinter<T>(ValueGetter<VBuffer<T>> getter, Func<T, string> text) : TextPrinter
    {
        private VBuffer<T> _value;

        public override string Default { get; } = text(default!);

        public override int Print(List<(int Index, string Text)> fields)
        {
            getter(ref _value);
            ReadOnlySpan<T> values = _value.GetValues();
            ReadOnlySpan<int> indices = _value.GetIndices();
            for (int i = 0; i < values.Length; i++)
            {
                string printed = text(values[i]);
                if (printed != Default)
                    fields.Add((_value.IsDense ? i : indices[i], printed));
            }

            return _value.Length;
        }
    }
}
