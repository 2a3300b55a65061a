using System.Diagnostics;
using System.IO.Compression;
using System.Text;
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
    public void One_is_tuned_and_saved_by_its_name()
    {
        (int exitCode, _, string error) = Tool.Run(Tune("MiniLM"));
        Assert.True(exitCode == ExitCode.Done, error);
        Assert.Equal("minilm", BaseOfReport());
        using (ZipArchive model = ZipFile.OpenRead(_workspace["model.zip"]))
        {
            foreach (ZipArchiveEntry entry in model.Entries.Where(entry => entry.Length < 100_000))
            {
                using var content = new StreamReader(entry.Open(), Encoding.Latin1);
                Assert.DoesNotContain("all-MiniLM-L6-v2", content.ReadToEnd());
            }
        }

        (exitCode, _, error) = Tool.Run("evaluate", _workspace["model.zip"], "--data", _workspace["rows.tsv"]);
        Assert.True(exitCode == ExitCode.Done, error);
    }

    [Fact]
    public void Where_a_folder_has_the_name_too_the_built_in_one_is_tuned()
    {
        Directory.CreateDirectory(_workspace["minilm"]);
        (_, string error) = RunThere(Tune("minilm"));
        Assert.Contains("--base minilm is the built-in model here", error);
        Assert.Equal("all-MiniLM-L6-v2", Path.GetFileName(BaseOfReport()));
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
    public void So_it_is_with_the_control_text_that_comes_along()
    {
        File.WriteAllText(_workspace["english"], string.Join(' ', Enumerable.Repeat("The lamp on the table was lit, and they read.", 200)));
        string[] arguments = ["retention", "embedded", "embedded", "--windows", "2", "--text"];
        (string output, string error) = RunThere([.. arguments, "english"]);
        Assert.Contains("--text english is the text that comes along here; the file in this folder by that name is ./english", error);
        Assert.StartsWith("English prose (the shipped sample): 2 windows", output);
        (output, error) = RunThere([.. arguments, "./english"]);
        Assert.DoesNotContain("comes along", error);
        Assert.StartsWith("./english: 2 windows", output);
    }

    [Fact]
    public void A_name_that_is_none_is_a_path()
    {
        (int exitCode, _, string error) = Tool.Run("scan", "minilm-l12");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("minilm-l12", error);
    }

    private string[] Tune(string baseModel)
    {
        File.WriteAllText(
            _workspace["rows.tsv"], "Label\tText\na\tMy lamp is dark.\nb\tI was charged twice.\na\tThe lamp broke.\nb\tRefund me.\n");
        return
        [
            "tune", "--base", baseModel, "--train", _workspace["rows.tsv"], "--output", _workspace["model.zip"], "--epochs", "1",
            "--weights", "changed", "--no-cache", "--json", _workspace["report.json"],
        ];
    }

    private string? BaseOfReport()
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(_workspace["report.json"]));
        return report.RootElement.GetProperty("base_model").GetString();
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
