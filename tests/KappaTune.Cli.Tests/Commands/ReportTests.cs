using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using Microsoft.ML.KappaTune.Tests.Study;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>Reports of comparisons; those of scans are beside the tests of <c>select</c>.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public ReportTests() => ComparisonJson.Save(ComparisonSample.Many(), _workspace["comparison.json"]);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_comparison_becomes_words_a_page_and_a_picture()
    {
        (int exitCode, string output, string error) = Tool.Run(
            "report", _workspace["comparison.json"], "-o", _workspace["page.html"], "--picture", _workspace["picture.svg"]);
        Assert.True(exitCode == ExitCode.Done, error);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.TrimEnd('\r').Length, 0, 80));
        Assert.Contains("Highest κ", output);
        string words = string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("“Lowest κ” is 2nd of 10", words);
        Assert.Contains("“Lowest κ” can't be told apart from “Random, same roles and layers” and “Lowest relative κ”.", words);
        Assert.Equal(ComparisonReport.Render(ComparisonSample.Many()), File.ReadAllText(_workspace["page.html"]));
        Assert.StartsWith("<svg ", File.ReadAllText(_workspace["picture.svg"]));
    }

    [Fact]
    public void Intervals_of_two_seeds_are_not_shown()
    {
        Assert.Contains("79.0 ±2.0", Tool.Run("report", _workspace["comparison.json"]).Output);
        ComparisonJson.Save(ComparisonSample.Document(seeds: 2, ComparisonSample.Lowest), _workspace["two.json"]);
        string output = Tool.Run("report", _workspace["two.json"]).Output;
        // Standard errors of what runs came to at last are no intervals.
        string[] parts = output.Split("Last: ");
        Assert.DoesNotMatch("[0-9] ±[0-9]", parts[0]);
        Assert.Contains("± is the standard error", parts[1]);
        Assert.Matches("[0-9] ±[0-9]", parts[1]);
        Assert.Contains("2 seeds: too few for an interval", output);
    }

    [Fact]
    public void Without_options_it_writes_no_file()
    {
        string[] before = _workspace.Files;
        Assert.Equal(ExitCode.Done, Tool.Run("report", _workspace["comparison.json"]).ExitCode);
        Assert.Equal(before, _workspace.Files);
    }

    [Fact]
    public void A_picture_is_of_a_comparison_that_has_curves()
    {
        Assert.Equal(0, Tool.Run("scan", _workspace.Model(), "--no-cache", "--json", _workspace["scan.json"]).ExitCode);
        Refused("scan.json", "--picture: ");
        ComparisonJson.Save(ComparisonSample.PerTensor(), _workspace["tensors.json"]);
        Refused("tensors.json", "The picture is of a comparison of methods");
    }

    [Fact]
    public void A_file_that_only_says_it_is_a_comparison()
    {
        File.WriteAllText(_workspace["half.json"], "{\"kind\": \"comparison\", \"format\": 1}");
        Refused("half.json", "half.json isn't a comparison: ");
    }

    private void Refused(string file, string message)
    {
        (int exitCode, _, string error) = Tool.Run("report", _workspace[file], "--picture", _workspace["picture.svg"]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(message, error);
        Assert.False(File.Exists(_workspace["picture.svg"]));
    }
}
