using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>What the files of plans and of scans have in common: the selection and the rows of matrices. Infinity is a string.</summary>
internal static class MatrixJson
{
    /// <summary>The version of the files' schema.</summary>
    public const int Schema = 1;

    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        Converters = { new DataTypeConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static SelectionDocument ToDocument(KappaSelection s) => new()
    {
        Policy = s.Policy,
        Amount = s.Amount,
        Seed = s.Seed,
        Score = s.Score,
        Grouping = s.Grouping,
        Include = [.. s.Include],
        Exclude = [.. s.Exclude],
        Embeddings = s.Embeddings,
        Heads = s.Heads,
        Routers = s.Routers,
        SingleDimensions = s.SingleDimensions,
        Biases = s.Biases,
        Norms = s.Norms,
    };

    public static KappaSelection ToSelection(SelectionDocument s)
    {
        KappaSelection selection = (s.Policy switch
        {
            SelectionPolicy.LowestFraction => KappaSelection.LowestFraction(s.Amount),
            SelectionPolicy.Lowest => KappaSelection.Lowest((int)s.Amount),
            SelectionPolicy.Threshold => KappaSelection.Threshold(s.Amount),
            SelectionPolicy.ParameterBudget => KappaSelection.ParameterBudget((long)s.Amount),
            SelectionPolicy.Highest => KappaSelection.Highest((int)s.Amount),
            _ => KappaSelection.Random((int)s.Amount, s.Seed ?? throw new JsonException("selection.seed is missing.")),
        }) with
        {
            Score = s.Score,
            Grouping = s.Grouping,
            Include = s.Include,
            Exclude = s.Exclude,
            Embeddings = s.Embeddings,
            Heads = s.Heads,
            Routers = s.Routers,
            SingleDimensions = s.SingleDimensions,
            Biases = s.Biases,
            Norms = s.Norms,
        };
        SelectionCheck.Validate(selection);
        return selection;
    }

    /// <summary>A row; <paramref name="planned"/> is null where no plan was made.</summary>
    public static TensorDocument ToRow(ScannedMatrix matrix, PlannedMatrix? planned) => new()
    {
        Name = matrix.Name,
        Role = matrix.Role,
        Layer = matrix.Layer,
        Expert = matrix.Expert,
        Stacked = matrix.IsStacked,
        Shape = [.. matrix.Shape],
        Dtype = matrix.DataType,
        Encoding = matrix.Encoding,
        Problem = matrix.Problem,
        Rows = matrix.Rows,
        Columns = matrix.Columns,
        Kappa = matrix.Kappa,
        KappaError = matrix.KappaError,
        BeyondPrecision = matrix.BeyondPrecision,
        LowerBound = matrix.IsLowerBound,
        RelativeKappa = matrix.RelativeKappa,
        SigmaMax = matrix.SigmaMax,
        SigmaMin = matrix.SigmaMin,
        Rank = planned?.Rank,
        Selected = planned?.Selected,
        Rule = planned?.Rule,
        Reason = planned?.Reason,
    };

    /// <summary>The matrix of a row.</summary>
    /// <exception cref="JsonException">A value is missing or impossible.</exception>
    public static ScannedMatrix ToMatrix(TensorDocument row, int index)
    {
        if (row is not { Name: not null, Shape: not null })
            throw new JsonException($"tensors[{index}], its name or its shape is null.");
        Check(row.Rows >= 0 && row.Columns >= 0, index, "rows", $"or columns is negative: {row.Rows}, {row.Columns}");
        Check(row.Kappa is null or >= 1, index, "kappa", $"is {row.Kappa}; allowed is 1 or more");
        Check(row.KappaError is null or >= 0, index, "kappa_error", $"is {row.KappaError}; allowed is 0 or more");
        Check(row.SigmaMax is null or >= 0, index, "sigma_max", $"is {row.SigmaMax}; allowed is 0 or more");
        Check(row.SigmaMin is null or >= 0, index, "sigma_min", $"is {row.SigmaMin}; allowed is 0 or more");
        Check(!row.Stacked || row.Expert is not null, index, "expert", $"is null in a stack");
        return new()
        {
            Name = row.Name,
            Role = row.Role,
            Layer = row.Layer,
            Expert = row.Expert,
            IsStacked = row.Stacked,
            Shape = row.Shape,
            DataType = row.Dtype,
            Encoding = row.Encoding,
            Problem = row.Problem,
            Rows = row.Rows,
            Columns = row.Columns,
            Kappa = row.Kappa,
            KappaError = row.KappaError,
            BeyondPrecision = row.BeyondPrecision,
            IsLowerBound = row.LowerBound,
            SigmaMax = row.SigmaMax,
            SigmaMin = row.SigmaMin,
        };
    }

    /// <exception cref="JsonException">The condition doesn't hold.</exception>
    public static void Check(bool holds, int index, string field, FormattableString problem)
    {
        if (!holds)
            throw new JsonException(FormattableString.Invariant($"tensors[{index}].{field} ") + FormattableString.Invariant(problem) + ".");
    }

    public static void CheckSchema(int schema)
    {
        if (schema != Schema)
            throw new JsonException($"The schema is {schema}; this version reads {Schema}.");
    }

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
