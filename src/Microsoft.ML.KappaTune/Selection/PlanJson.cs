using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>A plan as a JSON file, schema 1: the selection, and a row a matrix with scan and decision. Infinity is a string.</summary>
internal static class PlanJson
{
    private const int Schema = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        Converters = { new DataTypeConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static void Save(TuningPlan plan, string path)
    {
        KappaSelection s = plan.Selection;
        var document = new PlanDocument
        {
            Schema = Schema,
            Model = plan.Model,
            Selection = new()
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
            },
            Tensors = [.. plan.Matrices.Select(ToRow)],
        };
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, document, Options));
    }

    public static TuningPlan Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            PlanDocument? document = JsonSerializer.Deserialize<PlanDocument>(stream, Options);
            if (document is not null && document.Schema != Schema)
                throw new JsonException($"The schema is {document.Schema}; this version reads {Schema}.");
            if (document is not { Selection: not null, Tensors: not null }
                || document.Tensors.Any(row => row is not { Name: not null, Shape: not null, Reason: not null }))
                throw new JsonException("A value is null where it can't be.");
            return new(document.Model, ToSelection(document.Selection), [.. document.Tensors.Select(ToMatrix)]);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException($"{path} isn't a tuning plan: {e.Message}", e);
        }
    }

    private static KappaSelection ToSelection(SelectionDocument s)
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

    private static TensorDocument ToRow(PlannedMatrix planned) => new()
    {
        Name = planned.Matrix.Name,
        Role = planned.Matrix.Role,
        Layer = planned.Matrix.Layer,
        Expert = planned.Matrix.Expert,
        Stacked = planned.Matrix.IsStacked,
        Shape = [.. planned.Matrix.Shape],
        Dtype = planned.Matrix.DataType,
        Rows = planned.Matrix.Rows,
        Columns = planned.Matrix.Columns,
        Kappa = planned.Matrix.Kappa,
        KappaError = planned.Matrix.KappaError,
        BeyondPrecision = planned.Matrix.BeyondPrecision,
        RelativeKappa = planned.Matrix.RelativeKappa,
        SigmaMax = planned.Matrix.SigmaMax,
        SigmaMin = planned.Matrix.SigmaMin,
        Rank = planned.Rank,
        Selected = planned.Selected,
        Rule = planned.Rule,
        Reason = planned.Reason,
    };

    private static PlannedMatrix ToMatrix(TensorDocument row) => new(
        new()
        {
            Name = row.Name,
            Role = row.Role,
            Layer = row.Layer,
            Expert = row.Expert,
            IsStacked = row.Stacked,
            Shape = row.Shape,
            DataType = row.Dtype,
            Rows = row.Rows,
            Columns = row.Columns,
            Kappa = row.Kappa,
            KappaError = row.KappaError,
            BeyondPrecision = row.BeyondPrecision,
            SigmaMax = row.SigmaMax,
            SigmaMin = row.SigmaMin,
        },
        row.Selected,
        row.Rule,
        row.Rank,
        row.Reason);

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
