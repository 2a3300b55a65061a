using System.Text.Json;
using Microsoft.ML.KappaTune;

namespace KappaTune.Cli.Tests.Commands;

public sealed class ScanTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_scan_says_what_is_selected_and_writes_it()
    {
        string output = Run("scan", _workspace.Model(), "--no-cache", "--json", _workspace["scan.json"], "--html", _workspace["scan.html"]);
        Assert.Contains("Selected: lowest 20 % by kappa: 2 of 10 candidates,", output);
        Assert.Contains("128 of 640 parameters (20 %).", output);
        Assert.Contains("from 2 to 11, median 7.", output);
        Assert.Contains("10 tensors, 0 known from the cache", output);
        Assert.Equal(["layers.0.self_attn.q_proj.weight", "layers.1.self_attn.q_proj.weight"], Selected(_workspace["scan.json"]));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_workspace["scan.html"]));
        Assert.Equal(["model.safetensors", "scan.html", "scan.json"], _workspace.Files);
    }

    [Theory]
    [InlineData("--lowest 3", 3)]
    [InlineData("--fraction 0.45", 4)]
    [InlineData("--threshold 6.5", 5)]
    [InlineData("--budget 400", 6)]
    [InlineData("--budget 4e2", 6)]
    [InlineData("--lowest 3 --precision ranking", 3)]
    [InlineData("--lowest 3 --group role --score relative", 3)]
    [InlineData("--threshold 0.5 --score layers-above", 1)]
    [InlineData("--lowest 3 --include *.7.* --include *.8.*", 2)]
    [InlineData("--lowest 9 --exclude *.7.* --exclude *.8.*", 8)]
    [InlineData("--lowest 3 --threads 1 --device cpu", 3)]
    public void Every_option_reaches_the_scan(string options, int selected)
    {
        Run(["scan", _workspace.Model(), "--no-cache", "--json", _workspace["scan.json"], .. options.Split(' ')]);
        Assert.Equal(selected, Selected(_workspace["scan.json"]).Length);
        ScanPrecision precision = options.Contains("ranking") ? ScanPrecision.Ranking : ScanPrecision.Exact;
        Assert.Equal(precision, ScanReport.Load(_workspace["scan.json"]).Precision);
    }

    [Fact]
    public void Embeddings_are_candidates_where_asked_for()
    {
        string model = _workspace.Model("words.safetensors", 8, ("embed_tokens.weight", 2), ("layers.0.self_attn.q_proj.weight", 3));
        Assert.Equal(["layers.0.self_attn.q_proj.weight"], Chosen());
        Assert.Equal(["embed_tokens.weight"], Chosen("--embeddings"));

        string[] Chosen(params string[] options)
        {
            Run(["scan", model, "--no-cache", "--lowest", "1", "--json", _workspace["scan.json"], .. options]);
            return Selected(_workspace["scan.json"]);
        }
    }

    [Fact]
    public void The_cache_is_where_it_is_asked_for()
    {
        string[] scan = ["scan", _workspace.Model(), "--cache", _workspace["cache"]];
        Assert.Contains("10 tensors, 0 known from the cache", Run(scan));
        Assert.Contains("10 tensors, 10 known from the cache", Run(scan));
        Assert.Contains("10 tensors, 0 known from the cache", Run("scan", _workspace["model.safetensors"], "--no-cache"));
    }

    [Fact]
    public void Parts_merged_are_the_whole()
    {
        string model = _workspace.Model();
        Run("scan", model, "--no-cache", "--json", _workspace["whole.json"]);
        string[] parts = [.. Enumerable.Range(1, 3).Select(part => _workspace[$"{part}.json"])];
        for (int part = 1; part <= 3; part++)
            Assert.Contains($"(part {part} of 3)", Run("scan", model, "--no-cache", "--part", $"{part}/3", "--json", parts[part - 1]));
        string output = Run(["merge", .. parts.Reverse(), "--json", _workspace["merged.json"], "--html", _workspace["merged.html"]]);
        Assert.Contains("2 of 10 candidates", output);
        Assert.Equal(Tensors(_workspace["whole.json"]), Tensors(_workspace["merged.json"]));
        Assert.True(File.Exists(_workspace["merged.html"]));
    }

    [Fact]
    public void Progress_is_plain_lines_where_there_is_no_terminal()
    {
        string error = Tool.Run("scan", _workspace.Model(), "--no-cache").Error;
        Assert.Equal(10, error.TrimEnd().Split('\n').Length);
        Assert.EndsWith("100 %: 10 of 10 tensors", error.TrimEnd());
        Assert.DoesNotContain('\u001b', error);
    }

    private static string Run(params string[] arguments)
    {
        (int exitCode, string output, string error) = Tool.Run(arguments);
        Assert.True(exitCode == ExitCode.Done, error);
        return output;
    }

    private static string[] Selected(string scan) => [.. TuningPlan.Load(scan).Selected.Select(matrix => matrix.Name)];

    private static string Tensors(string scan)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(scan));
        return document.RootElement.GetProperty("tensors").GetRawText();
    }
}
