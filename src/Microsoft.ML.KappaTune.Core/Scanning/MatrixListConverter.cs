using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>Matrices as rows without a decision; an impossible value is refused by row and field.</summary>
internal sealed class MatrixListConverter : JsonConverter<IReadOnlyList<ScannedMatrix>>
{
    public override IReadOnlyList<ScannedMatrix> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        [.. JsonSerializer.Deserialize<JsonObject?[]>(ref reader, options)!.Select(MatrixJson.ToMatrix)];

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ScannedMatrix> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Select(matrix => MatrixJson.ToRow(matrix, null)), options);
}
