using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>
/// What the files of scans, plans and reports have in common: how values are written, infinity as text, and a row a matrix.
/// </summary>
internal static class MatrixJson
{
    public const int Schema = 1;

    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        Converters =
        {
            new DataTypeConverter(), new PlanConverter(),
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
        },
    };

    /// <summary>A matrix and what was decided about it, in one object; <paramref name="planned"/> is null where no plan was made.</summary>
    public static JsonObject ToRow(ScannedMatrix matrix, PlannedMatrix? planned)
    {
        JsonObject row = JsonSerializer.SerializeToNode(matrix, Options)!.AsObject();
        row["rank"] = planned?.Rank;
        row["selected"] = planned?.Selected;
        row["rule"] = planned is null ? null : JsonSerializer.SerializeToNode(planned.Rule, Options);
        row["reason"] = planned?.Reason;
        return row;
    }

    /// <exception cref="JsonException">A value is missing or impossible.</exception>
    public static ScannedMatrix ToMatrix(JsonObject? row, int index)
    {
        ScannedMatrix matrix = Read<ScannedMatrix>(row, index);
        Check(matrix is { Name: not null, Shape: not null }, index, "name", $"or shape is null");
        Check(matrix.Rows >= 0 && matrix.Columns >= 0, index, "rows", $"or columns is negative: {matrix.Rows}, {matrix.Columns}");
        Check(matrix.Kappa is null or >= 1, index, "kappa", $"is {matrix.Kappa}; allowed is 1 or more");
        Check(matrix.KappaError is null or >= 0, index, "kappa_error", $"is {matrix.KappaError}; allowed is 0 or more");
        Check(matrix.SigmaMax is null or >= 0, index, "sigma_max", $"is {matrix.SigmaMax}; allowed is 0 or more");
        Check(matrix.SigmaMin is null or >= 0, index, "sigma_min", $"is {matrix.SigmaMin}; allowed is 0 or more");
        Check(!matrix.IsStacked || matrix.Expert is not null, index, "expert", $"is null in a stack");
        CheckPart(matrix, index);
        return matrix;
    }

    /// <summary>The matrix of a row, and what was decided about it.</summary>
    /// <exception cref="JsonException">A value is missing or impossible.</exception>
    public static PlannedMatrix ToPlanned(JsonObject? row, int index)
    {
        ScannedMatrix matrix = ToMatrix(row, index);
        Decision decision = Read<Decision>(row, index);
        Check(decision.Selected is not null, index, "selected", $"is missing");
        Check(decision.Rule is not null, index, "rule", $"is missing");
        Check(decision.Reason is not null, index, "reason", $"is missing");
        return new(matrix, decision.Selected!.Value, decision.Rule!.Value, decision.Rank, decision.Reason!);
    }

    public static void CheckSchema(int schema)
    {
        if (schema != Schema)
            throw new JsonException($"The schema is {schema}; this version reads {Schema}.");
    }

    /// <summary>A part is some rows of its tensor's matrix, or of an expert's, with all columns, or the other way round.</summary>
    private static void CheckPart(ScannedMatrix matrix, int index)
    {
        Check(matrix.Part is not null || matrix.PartStart is null, index, "part_start", $"is {matrix.PartStart}, though part is null");
        Check(matrix.Part is null || matrix.PartStart is not null, index, "part_start", $"is null, though part isn't");
        if (matrix.Part is null)
            return;
        int rank = matrix.Shape.Count;
        Check(
            rank == (matrix.IsStacked ? 3 : rank == 1 ? 1 : 2), index, "shape",
            $"has {rank} dimensions, which a tensor of several matrices doesn't have");
        (long rows, long columns) = rank == 1 ? (matrix.Shape[0], 1) : (matrix.Shape[^2], matrix.Shape[^1]);
        (long count, long all, bool isRest) = matrix.LiesSideBySide
            ? (matrix.Columns, columns, matrix.Rows == rows) : (matrix.Rows, rows, matrix.Columns == columns);
        Check(isRest && count > 0 && count < all, index, "rows", $"and columns aren't those of a part: {matrix.Rows}, {matrix.Columns}");
        Check(
            matrix.PartStart >= 0 && matrix.PartStart <= all - count, index, "part_start",
            $"is {matrix.PartStart}; allowed is from 0 to {all - count}");
    }

    private static T Read<T>(JsonObject? row, int index)
    {
        try
        {
            return row.Deserialize<T>(Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new JsonException(DocumentKind.Explain(e, FormattableString.Invariant($"tensors[{index}]")), e);
        }
    }

    private static void Check(bool holds, int index, string field, FormattableString problem)
    {
        if (!holds)
            throw new JsonException(FormattableString.Invariant($"tensors[{index}].{field} ") + FormattableString.Invariant(problem) + ".");
    }

    /// <summary>What a plan adds to a matrix; all null in the file of a scan without a plan.</summary>
    private sealed record Decision(int? Rank, bool? Selected, SelectionRule? Rule, string? Reason);

    /// <summary>The names of the safetensors format.</summary>
    private sealed class DataTypeConverter : JsonConverter<TensorDataType>
    {
        public override TensorDataType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TensorDataTypes.TryParse(reader.GetString()!, out TensorDataType type)
                ? type
                : throw new JsonException($"The dtype isn't one of {TensorDataTypes.Names}.");

        public override void Write(Utf8JsonWriter writer, TensorDataType value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name());
    }
}
