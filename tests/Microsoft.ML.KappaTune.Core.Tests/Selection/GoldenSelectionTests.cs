using System.Text.Json;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Selection;

/// <summary>Selections by the recorded float64 condition numbers.</summary>
public class GoldenSelectionTests
{
    private static readonly KappaSelection Everything =
        KappaSelection.LowestFraction(1) with { Embeddings = true, Heads = true, Routers = true, SingleDimensions = true };

    public static TheoryData<string> SpectraLists => Golden.Files("spectra", "spectra.*.json");

    [Theory, MemberData(nameof(SpectraLists))]
    public void The_lowest_are_those_of_float64(string row)
    {
        ScannedMatrix[] matrices = Scan(Golden.Open(row));
        string[] order = [.. matrices.Where(m => m.Kappa is not null)
            .OrderBy(m => m.Kappa).ThenBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Expert).Select(m => m.Id)];
        Assert.Equal(order, TuningPlan.Create(matrices, Everything).Selected.Select(m => m.Id));
        for (int count = 1; count < order.Length; count++)
        {
            Assert.Equal(order[..count], TuningPlan.Create(matrices, KappaSelection.AsInPaper(count)).Selected.Select(m => m.Id));
        }
    }

    [Theory, MemberData(nameof(SpectraLists))]
    public void The_reference_selects_the_same_where_it_sees_the_tensors(string row)
    {
        string list = Golden.Open(row);
        string reference = Path.Combine(Path.GetDirectoryName(list)!, Path.GetFileName(list).Replace("spectra.", "reference_selection."));
        Assert.SkipUnless(File.Exists(reference), "No reference selection beside the list.");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(reference));
        string[] ranking = [.. document.RootElement.GetProperty("ranking").EnumerateArray().Select(x => x.GetString()!)];
        string[] selected = [.. document.RootElement.GetProperty("selected").EnumerateArray().Select(x => x.GetString()!)];

        // It skips stacks and convolutions, and doesn't know roles.
        var plan = TuningPlan.Create(
            Scan(list).Where(m => ranking.Contains(m.Name)), KappaSelection.AsInPaper(selected.Length));
        Assert.Equal(selected.Order(StringComparer.Ordinal), plan.Selected.Select(m => m.Name).Order(StringComparer.Ordinal));
    }

    private static ScannedMatrix[] Scan(string list)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(list));
        return [.. document.RootElement.EnumerateArray().SelectMany(Matrices)];
    }

    private static IEnumerable<ScannedMatrix> Matrices(JsonElement tensor)
    {
        string name = tensor.GetProperty("name").GetString()!;
        long[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        var parsed = TensorName.Parse(name, shape.Length);
        bool isStack = TensorName.IsExpertStack(name, shape.Length);
        if (shape.Length == 1)
            yield return new() { Name = name, Role = parsed.Role, Layer = parsed.Layer, Shape = shape, Rows = shape[0], Columns = 1 };
        foreach (JsonElement matrix in tensor.GetProperty("matrices").EnumerateArray())
        {
            JsonElement kappa = matrix.GetProperty("kappa");
            yield return new()
            {
                Name = name,
                Role = parsed.Role,
                Layer = parsed.Layer,
                Expert = isStack ? matrix.GetProperty("expert").GetInt32() : parsed.Expert,
                IsStacked = isStack,
                Shape = shape,
                Rows = matrix.GetProperty("rows").GetInt64(),
                Columns = matrix.GetProperty("columns").GetInt64(),
                Kappa = kappa.ValueKind == JsonValueKind.String ? double.PositiveInfinity : kappa.GetDouble(),
            };
        }
    }
}
