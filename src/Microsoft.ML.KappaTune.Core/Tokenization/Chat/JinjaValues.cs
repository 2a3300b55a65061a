using System.Buffers;
using System.Text.Encodings.Web;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// Variables of a template, as values.js reads them: JSON in which a number with a point stays one, and an object's members their order.
/// </summary>
internal static class JinjaValues
{
    // The largest whole number that JavaScript, in which templates run, has exactly.
    private const long MostExact = (1L << 53) - 1;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="variables">Names and values; of two with one name the second counts.</param>
    /// <param name="protect">What texts go through, by the name of their variable.</param>
    public static string Write(IEnumerable<(string Name, JsonElement Value)> variables, Func<string, string, string> protect)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartArray();
            foreach ((string name, JsonElement value) in variables)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(name);
                Write(writer, value, text => protect(name, text));
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>All texts in a value, names of members included.</summary>
    public static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Texts(member.Value).Prepend(member.Name)),
        _ => [],
    };

    private static void Write(Utf8JsonWriter writer, JsonElement value, Func<string, string> protect)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                writer.WriteStringValue(protect(value.GetString()!));
                break;
            case JsonValueKind.Number:
                WriteNumber(writer, value);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                writer.WriteStringValue("list");
                writer.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray())
                    Write(writer, item, protect);
                writer.WriteEndArray();
                writer.WriteEndArray();
                break;
            case JsonValueKind.Object:
                writer.WriteStartArray();
                writer.WriteStringValue("object");
                writer.WriteStartArray();
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    writer.WriteStartArray();
                    writer.WriteStringValue(member.Name);
                    Write(writer, member.Value, protect);
                    writer.WriteEndArray();
                }

                writer.WriteEndArray();
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, JsonElement value)
    {
        string digits = value.GetRawText();
        if (digits.AsSpan().IndexOfAny(".eE") >= 0)
        {
            writer.WriteStartArray();
            writer.WriteStringValue("float");
            writer.WriteRawValue(digits);
            writer.WriteEndArray();
            return;
        }

        if (!value.TryGetInt64(out long number) || number is > MostExact or < -MostExact)
            throw new FormatException($"The number {digits} is too large for a template. Write it as a text.");
        writer.WriteNumberValue(number);
    }
}
