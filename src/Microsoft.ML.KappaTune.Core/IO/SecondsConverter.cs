using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>A time as a number of seconds, 0 or more.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    private const double Longest = 1e9;

    /// <summary>Rounds to the nearest tick, because a truncated time would be read back shorter than it was saved.</summary>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // The serializer says which field it is.
        double seconds = reader.GetDouble();
        return seconds is >= 0 and < Longest
            ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond))
            : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.TotalSeconds);
}
