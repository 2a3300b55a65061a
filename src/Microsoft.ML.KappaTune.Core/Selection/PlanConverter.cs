using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>A plan in JSON, schema 1: the selection, and a row a matrix with scan and decision.</summary>
internal sealed class PlanConverter : JsonConverter<TuningPlan>
{
    /// <exception cref="JsonException">A value is missing or impossible.</exception>
    /// <exception cref="ArgumentException">The selection is invalid.</exception>
    public override TuningPlan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (ReadFields(ref reader, options) is not { Selection: not null, Tensors: not null } fields)
            throw new JsonException("A value is null where it can't be.");
        MatrixJson.CheckSchema(fields.Schema);
        SelectionCheck.Validate(fields.Selection);
        return new(fields.Model, fields.Selection, [.. fields.Tensors.Select(MatrixJson.ToPlanned)]);
    }

    public override void Write(Utf8JsonWriter writer, TuningPlan value, JsonSerializerOptions options) => JsonSerializer.Serialize(
        writer,
        new Fields
        {
            Schema = MatrixJson.Schema,
            Model = value.Model,
            Selection = value.Selection,
            Tensors = [.. value.Matrices.Select(planned => MatrixJson.ToRow(planned.Matrix, planned))],
        },
        options);

    private static Fields? ReadFields(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<Fields>(ref reader, options);
        }
        catch (JsonException e)
        {
            // The path in it begins at the plan, wherever that is.
            throw new JsonException(DocumentKind.Explain(e, "plan"), e);
        }
    }

    private sealed record Fields
    {
        public required int Schema { get; init; }
        public string? Model { get; init; }
        public required KappaSelection Selection { get; init; }
        public required JsonObject?[] Tensors { get; init; }
    }
}
