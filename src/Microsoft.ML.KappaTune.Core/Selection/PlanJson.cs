using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>A plan as a JSON file, schema 1: the selection, and a row a matrix with scan and decision.</summary>
internal static class PlanJson
{
    public static void Save(TuningPlan plan, string path) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, ToDocument(plan), MatrixJson.Options));

    public static TuningPlan Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return ToPlan(JsonSerializer.Deserialize<PlanDocument>(stream, MatrixJson.Options));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException($"{path} isn't a tuning plan: {e.Message}", e);
        }
    }

    public static PlanDocument ToDocument(TuningPlan plan) => new()
    {
        Schema = MatrixJson.Schema,
        Model = plan.Model,
        Selection = MatrixJson.ToDocument(plan.Selection),
        Tensors = [.. plan.Matrices.Select(planned => MatrixJson.ToRow(planned.Matrix, planned))],
    };

    /// <exception cref="JsonException">A value is missing or impossible.</exception>
    /// <exception cref="ArgumentException">The selection is invalid.</exception>
    public static TuningPlan ToPlan(PlanDocument? document)
    {
        if (document is not { Selection: not null, Tensors: not null })
            throw new JsonException("A value is null where it can't be.");
        MatrixJson.CheckSchema(document.Schema);
        return new(document.Model, MatrixJson.ToSelection(document.Selection), [.. document.Tensors.Select(ToPlanned)]);
    }

    private static PlannedMatrix ToPlanned(TensorDocument row, int index)
    {
        ScannedMatrix matrix = MatrixJson.ToMatrix(row, index);
        MatrixJson.Check(row.Selected is not null, index, "selected", $"is missing");
        MatrixJson.Check(row.Rule is not null, index, "rule", $"is missing");
        MatrixJson.Check(row.Reason is not null, index, "reason", $"is missing");
        return new(matrix, row.Selected!.Value, row.Rule!.Value, row.Rank, row.Reason!);
    }
}
