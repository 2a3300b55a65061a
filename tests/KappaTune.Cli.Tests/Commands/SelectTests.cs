using Microsoft.ML.KappaTune;

namespace KappaTune.Cli.Tests.Commands;

public sealed class SelectTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public SelectTests()
    {
        string[] scan =
            ["scan", _workspace.Model(), "--no-cache", "--lowest", "4", "--exclude", "*.2.*", "--json", _workspace["scan.json"]];
        Assert.Equal(0, Tool.Run(scan).ExitCode);
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Without_a_policy_the_scans_own_is_applied() =>
        Assert.Contains("Selected: lowest 4 by kappa: 4 of 9 candidates,", Run());

    [Fact]
    public void Another_policy_keeps_what_else_the_scan_was_asked_for()
    {
        Assert.Contains("Selected: lowest 50 % by kappa: 4 of 9 candidates,", Run("--fraction", "0.5"));
        string output = Run("--group", "shape", "--score", "relative");
        Assert.Contains("Selected: lowest 4 by relative kappa, per shape: 4 of 9 candidates,", output);
    }

    [Fact]
    public void What_is_asked_for_of_the_papers_ranking_sizes_and_groups_is_in_the_plan()
    {
        Run("--as-in-paper", "2", "--largest-dimension", "100000", "--group", "layer", "--json", _workspace["plan.json"]);
        KappaSelection selection = TuningPlan.Load(_workspace["plan.json"]).Selection;
        KappaSelection expected = KappaSelection.AsInPaper(2, 100000) with { Grouping = SelectionGrouping.PerLayer };
        Assert.Equal(expected with { Exclude = selection.Exclude, Include = selection.Include }, selection);
        Assert.Contains("Selected: lowest 4 by kappa, per expert: 4 of 9 candidates,", Run("--group", "expert"));
    }

    [Fact]
    public void The_selection_is_written_for_this_tool_and_for_others()
    {
        Run("--lowest", "2", "--json", _workspace["plan.json"], "--yaml", _workspace["unfrozen.yaml"], "--peft", _workspace["peft.json"]);
        string[] names = ["layers.0.self_attn.q_proj.weight", "layers.1.self_attn.q_proj.weight"];
        Assert.Equal(names, TuningPlan.Load(_workspace["plan.json"]).Selected.Select(matrix => matrix.Name));
        Assert.Contains(@"- '^layers\.1\.self_attn\.q_proj\.weight$'", File.ReadAllText(_workspace["unfrozen.yaml"]));
        Assert.Contains("\"layers.1.self_attn.q_proj\"", File.ReadAllText(_workspace["peft.json"]));
    }

    [Fact]
    public void What_pefts_selector_takes_stands_beside_the_selection()
    {
        // The scan was told to leave out one of the layers; the tied head is the table of word embeddings, which it didn't read.
        string output = Run("--lowest", "2", "--beside-peft");
        string[] lines = [.. output[output.IndexOf("PEFT's KappaTune selector", StringComparison.Ordinal)..].Split('\n')];
        Assert.Equal(2, lines.Count(line => line.Count(mark => mark == '●') == 2 && line.Contains("q_proj")));
        Assert.Contains(lines, line => line.StartsWith("Not scanned, and so not ranked: ", StringComparison.Ordinal));
        Assert.DoesNotContain("PEFT", Run("--lowest", "2"));
    }

    [Fact]
    public void A_report_lists_all_candidates_and_marks_the_selected()
    {
        (int exitCode, string output, _) = Tool.Run("report", _workspace["scan.json"], "--html", _workspace["report.html"]);
        Assert.Equal(0, exitCode);
        string[] rows = [.. output.Split('\n').Where(line => line.Contains("q_proj"))];
        Assert.Equal(9, rows.Length);
        Assert.Equal(4, rows.Count(row => row.Contains('●')));
        Assert.True(File.Exists(_workspace["report.html"]));
    }

    private string Run(params string[] options)
    {
        (int exitCode, string output, string error) = Tool.Run(["select", _workspace["scan.json"], .. options]);
        Assert.True(exitCode == ExitCode.Done, error);
        return output;
    }
}
