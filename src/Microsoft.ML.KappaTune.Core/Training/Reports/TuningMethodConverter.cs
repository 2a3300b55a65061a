using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>A method by its name, <c>direct</c> or <c>lora</c>, and the adapters' settings, which are null for the first.</summary>
internal sealed class TuningMethodConverter : JsonConverter<TuningMethod>
{
    private const string Direct = "direct", Lora = "lora";

    public override TuningMethod Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Fields fields = JsonSerializer.Deserialize<Fields>(ref reader, options)!;
        return fields.Name switch
        {
            Direct => TuningMethod.Direct,
            Lora => TuningMethod.Lora(
                fields.Rank ?? throw Missing("rank"), fields.Alpha ?? throw Missing("alpha"), fields.Dropout ?? throw Missing("dropout")),
            _ => throw new JsonException($"method.name is \"{fields.Name}\"; allowed are {Direct} and {Lora}."),
        };
    }

    public override void Write(Utf8JsonWriter writer, TuningMethod value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer, value.IsLora ? new(Lora, value.Rank, value.Alpha, value.Dropout) : new Fields(Direct), options);

    private static JsonException Missing(string field) => new($"method.{field} is missing.");

    private sealed record Fields(string Name, int? Rank = null, double? Alpha = null, double? Dropout = null);
}
