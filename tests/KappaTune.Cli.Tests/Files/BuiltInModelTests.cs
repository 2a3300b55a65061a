using System.Diagnostics;
using System.Text.Json;

namespace KappaTune.Cli.Tests.Files;

/// <summary>The models that come along, by their names.</summary>
public sealed class BuiltInModelTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("scan")]
    [InlineData("tune")]
    [InlineData("compare")]
    [InlineData("retention")]
    [InlineData("demo")]
    public void Help_names_them(string command)
    {
        string help = Tool.Run(command, "--help").Output;
        foreach (string name in (string[])["embedded", "minilm", "arctic-xs"])
            Assert.Contains(name, help);
    }

    [Theory]
    [InlineData("minilm", "all-MiniLM-L6-v2")]
    [InlineData("arctic-xs", "snowflake-arctic-embed-xs")]
    [InlineData("MiniLM", "all-MiniLM-L6-v2")]
    public void Each_is_scanned_by_its_name(string name, string model)
    {
        (int exitCode, string output, string error) = Tool.Run(
            "scan", name, "--precision", "ranking", "--no-cache", "--json", _workspace["scan.json"]);
        Assert.True(exitCode == ExitCode.Done, error);
        using JsonDocument scan = JsonDocument.Parse(File.ReadAllBytes(_workspace["scan.json"]));
        Assert.Equal(model, Path.GetFileName(scan.RootElement.GetProperty("model").GetString()));
        Assert.Contains("κ", output);
    }

    [Fact]
    public void One_is_tuned_by_its_name()
    {
        File.WriteAllText(
            _workspace["rows.tsv"], "Label\tText\na\tMy lamp is dark.\nb\tI was charged twice.\na\tThe lamp broke.\nb\tRefund me.\n");
        (int exitCode, _, string error) = Tool.Run(
            "tune", "--base", "minilm", "--train", _workspace["rows.tsv"], "--output", _workspace["model.zip"], "--epochs", "1",
            "--weights", "changed", "--no-cache", "--json", _workspace["report.json"]);
        Assert.True(exitCode == ExitCode.Done, error);
        Assert.Contains("all-MiniLM-L6-v2", File.ReadAllText(_workspace["report.json"]));
    }

    [Fact]
    public void A_folder_of_the_same_name_is_not_passed_over_in_silence()
    {
        Directory.CreateDirectory(_workspace["embedded"]);
        _workspace.Model("embedded/model.safetensors", size: 8, ("layers.0.self_attn.q_proj.weight", 2f));
        (string output, string error) = RunThere("scan", "embedded", "--no-cache");
        Assert.Contains("MODEL embedded is the built-in model here; what lies in this folder by that name is ./embedded", error);
        Assert.DoesNotContain("q_proj", output);
        (output, error) = RunThere("scan", "./embedded", "--no-cache");
        Assert.DoesNotContain("built-in", error);
        Assert.Contains("q_proj", output);
    }

    [Fact]
    public void A_name_that_is_none_is_a_path()
    {
        (int exitCode, _, string error) = Tool.Run("scan", "minilm-l12");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("minilm-l12", error);
    }

    private (string Output, string Error) RunThere(params string[] arguments)
    {
        using Process process = Tool.StartIn(_workspace[""], arguments);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == ExitCode.Done, error.Result);
        return (output, error.Result);
    }
}
