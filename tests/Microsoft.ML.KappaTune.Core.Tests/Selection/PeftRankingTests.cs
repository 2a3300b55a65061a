using System.Text.Json;

namespace Microsoft.ML.KappaTune.Tests.Selection;

/// <summary>The ranking of PEFT's selector, beside what that selector gave.</summary>
public class PeftRankingTests
{
    public static TheoryData<string> Models
    {
        get
        {
            TheoryData<string> files = Golden.Files("selections", "kappatune_selector.json");
            if (Golden.Root is null)
                return files;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden.Open(files.Single().Data)));
            return [.. document.RootElement.EnumerateObject().Select(model => model.Name)];
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void It_takes_what_the_selector_takes(string model)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllBytes(Golden.Open(model.Length == 0 ? "" : "selections/kappatune_selector.json")));
        JsonElement recorded = document.RootElement.GetProperty(model);
        string folder = Path.Combine(Golden.Root!, "decoders", model), fused = Path.Combine(folder, "model.fused.safetensors");
        PeftRanking ranking = Rank(File.Exists(fused) ? fused : Path.Combine(folder, "model.safetensors"));
        AssertValues(recorded.GetProperty("modules"), ranking.Modules);
        AssertValues(recorded.GetProperty("parameters"), ranking.Parameters);
        Assert.Empty(ranking.Unknown);
        AssertTargets(recorded.GetProperty("top_20_percent"), ranking.LowestFraction(0.2));
        AssertTargets(recorded.GetProperty("five"), ranking.Lowest(5, 1));
        AssertTargets(recorded.GetProperty("threshold_20"), ranking.Threshold(20));
    }

    /// <summary>A checkpoint with the experts one by one has the halves of what the selector ranks.</summary>
    [Theory, MemberData(nameof(Models))]
    public void Of_experts_one_by_one_the_stack_of_what_goes_out_is_known(string model)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllBytes(Golden.Open(model.Length == 0 ? "" : "selections/kappatune_selector.json")));
        JsonElement recorded = document.RootElement.GetProperty(model);
        PeftRanking ranking = Rank(Path.Combine(Golden.Root!, "decoders", model, "model.safetensors"));
        AssertValues(recorded.GetProperty("modules"), ranking.Modules);
        string[] stacks = [.. recorded.GetProperty("parameters").EnumerateObject().Select(one => one.Name)];
        Assert.Equal(stacks.Where(name => name.EndsWith("down_proj")).Order(), ranking.Parameters.Select(one => one.Name).Order());
        Assert.Equal(stacks.Where(name => name.EndsWith("gate_up_proj")).Order(), ranking.Unknown);
        Assert.All(ranking.Parameters, one =>
            Assert.Equal(1, one.Value / recorded.GetProperty("parameters").GetProperty(one.Name).GetDouble(), 1e-3));
    }

    private static PeftRanking Rank(string file)
    {
        var options = new ScanOptions { Selection = KappaSelection.AsInPaper(1), CacheDirectory = null };
        return PeftRanking.Create(CheckpointScanner.Scan(file, options, TestContext.Current.CancellationToken).Matrices);
    }

    private static void AssertValues(JsonElement recorded, IReadOnlyList<PeftCandidate> candidates)
    {
        Assert.Equal(recorded.EnumerateObject().Select(one => one.Name).Order(), candidates.Select(one => one.Name).Order());
        Assert.Equal(candidates.OrderBy(one => one.Value).Select(one => one.Value), candidates.Select(one => one.Value));
        // In float32 the smallest singular value is known to 1e-7 of the largest.
        Assert.All(candidates, one => Assert.Equal(1, one.Value / recorded.GetProperty(one.Name).GetDouble(), 1e-6 * one.Value + 1e-5));
    }

    private static void AssertTargets(JsonElement recorded, PeftTargets targets)
    {
        Assert.Equal(Names("target_modules"), targets.TargetModules);
        Assert.Equal(Names("target_parameters"), targets.TargetParameters);

        string[] Names(string list) => [.. recorded.GetProperty(list).EnumerateArray().Select(name => name.GetString()!)];
    }
}
