using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>
/// A method by its name, <c>direct</c> or <c>lora</c>, and the adapters' settings, which are null for the first. With a budget of
/// parameters the rank is null, and so is an alpha that is twice each adapter's rank.
/// </summary>
internal sealed class TuningMethodConverter : JsonConverter<TuningMethod>
{
    private const string Direct = "direct", Lora = "lora";

    public override TuningMethod Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Fields fields = JsonSerializer.Deserialize<Fields>(ref reader, options)!;
        return fields.Name switch
        {
            Direct => TuningMethod.Direct,
            Lora when fields.ParameterBudget is { } budget =>
                TuningMethod.LoraWithin(budget, fields.Alpha, fields.Dropout ?? throw Missing("dropout")),
            Lora => TuningMethod.Lora(
                fields.Rank ?? throw Missing("rank"), fields.Alpha ?? throw Missing("alpha"), fields.Dropout ?? throw Missing("dropout")),
            _ => throw new JsonException($"method.name is \"{fields.Name}\"; allowed are {Direct} and {Lora}."),
        };
    }

    public override void Write(Utf8JsonWriter writer, TuningMethod value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer,
        value.ParameterBudget is { } budget ? new(Lora, null, value.Alpha > 0 ? value.Alpha : null, value.Dropout, budget)
            : value.IsLora ? new(Lora, value.Rank, value.Alpha, value.Dropout) : new Fields(Direct),
        options);

    private static JsonException Missing(string field) => new($"method.{field} is missing.");

    // A budget is told only where there is one, as files of earlier versions are without.
    private sealed record Fields(
        string Name, int? Rank = null, double? Alpha = null, double? Dropout = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ParameterBudget = null);
}
