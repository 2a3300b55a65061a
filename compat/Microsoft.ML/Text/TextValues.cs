using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>Parses a field; false where it holds no such value.</summary>
internal delegate bool TryParseText<T>(ReadOnlyMemory<char> text, out T value);

/// <summary>How the text of a field becomes a value. All but numbers of floating point refuse what they don't understand.</summary>
internal static class TextValues
{
    /// <summary>The parser of non-empty fields for a type.</summary>
    public static Delegate Parser(PrimitiveDataViewType type, char decimalMarker)
    {
        if (type is KeyDataViewType key)
            return KeyParser(key);
        if (type is TextDataViewType)
            return new TryParseText<ReadOnlyMemory<char>>(Text);
        return Type.GetTypeCode(type.RawType) switch
        {
            TypeCode.SByte => Integer<sbyte>(sbyte.TryParse),
            TypeCode.Byte => Integer<byte>(byte.TryParse),
            TypeCode.Int16 => Integer<short>(short.TryParse),
            TypeCode.UInt16 => Integer<ushort>(ushort.TryParse),
            TypeCode.Int32 => Integer<int>(int.TryParse),
            TypeCode.UInt32 => Integer<uint>(uint.TryParse),
            TypeCode.Int64 => Integer<long>(long.TryParse),
            TypeCode.UInt64 => Integer<ulong>(ulong.TryParse),
            TypeCode.Single => Single(decimalMarker),
            TypeCode.Double => Double(decimalMarker),
            TypeCode.Boolean => new TryParseText<bool>(Boolean),
            TypeCode.DateTime => new TryParseText<DateTime>(Date),
            _ => type.RawType == typeof(TimeSpan) ? new TryParseText<TimeSpan>(Span) : new TryParseText<DateTimeOffset>(DateOffset),
        };
    }

    private delegate bool TryParseInteger<T>(ReadOnlySpan<char> text, NumberStyles style, IFormatProvider? provider, out T value);

    private static bool Text(ReadOnlyMemory<char> text, out ReadOnlyMemory<char> value)
    {
        value = text;
        return true;
    }

    private static TryParseText<T> Integer<T>(TryParseInteger<T> parse) where T : IMinMaxValue<T>, INumber<T>
    {
        // No sign but a minus, and that only where the type has one.
        NumberStyles style = T.MinValue < T.Zero ? NumberStyles.AllowLeadingSign : NumberStyles.None;
        return (ReadOnlyMemory<char> text, out T value) =>
        {
            value = T.Zero;
            return text.Span[0] != '+' && parse(text.Span, style, CultureInfo.InvariantCulture, out value);
        };
    }

    private static TryParseText<float> Single(char decimalMarker) => (ReadOnlyMemory<char> text, out float value) =>
    {
        ReadOnlySpan<char> number = text.Span.TrimEnd();
        if (RealText.TrySpecial(number, out double special))
            value = (float)special;
        else if (!RealText.IsNumber(number, decimalMarker)
            || !float.TryParse(RealText.Plain(number, decimalMarker), NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            value = float.NaN;
        return true;
    };

    private static TryParseText<double> Double(char decimalMarker) => (ReadOnlyMemory<char> text, out double value) =>
    {
        ReadOnlySpan<char> number = text.Span.TrimEnd();
        if (!RealText.TrySpecial(number, out value)
            && (!RealText.IsNumber(number, decimalMarker)
                || !double.TryParse(RealText.Plain(number, decimalMarker), NumberStyles.Float, CultureInfo.InvariantCulture, out value)))
            value = double.NaN;
        return true;
    };

    private static bool Boolean(ReadOnlyMemory<char> text, out bool value)
    {
        Span<char> lower = stackalloc char[5];
        value = false;
        int length = text.Length > lower.Length ? -1 : text.Span.ToLowerInvariant(lower);
        if (length < 0)
            return false;
        switch (lower[..length])
        {
            case "1" or "+1" or "true" or "yes" or "t" or "y":
                value = true;
                return true;
            case "0" or "-1" or "false" or "no" or "f" or "n":
                return true;
            default:
                return false;
        }
    }

    private static bool Date(ReadOnlyMemory<char> text, out DateTime value) =>
        DateTime.TryParse(
            text.Span, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value);

    private static bool DateOffset(ReadOnlyMemory<char> text, out DateTimeOffset value) =>
        DateTimeOffset.TryParse(text.Span, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);

    private static bool Span(ReadOnlyMemory<char> text, out TimeSpan value) =>
        TimeSpan.TryParse(text.Span, CultureInfo.InvariantCulture, out value);

    // A file holds indices from 0; whatever isn't one below the count is the missing key.
    private static Delegate KeyParser(KeyDataViewType key)
    {
        return Type.GetTypeCode(key.RawType) switch
        {
            TypeCode.Byte => Parse(value => (byte)value),
            TypeCode.UInt16 => Parse(value => (ushort)value),
            TypeCode.UInt32 => Parse(value => (uint)value),
            _ => Parse(value => value),
        };

        TryParseText<T> Parse<T>(Func<ulong, T> narrow) => (ReadOnlyMemory<char> text, out T value) =>
        {
            bool known = ulong.TryParse(text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out ulong index) && index < key.Count;
            value = narrow(known ? index + 1 : 0);
            return true;
        };
    }
}
