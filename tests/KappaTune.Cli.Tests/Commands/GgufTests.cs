using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>GGUF files that the gguf library wrote, as models of commands.</summary>
public sealed class GgufTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Models => Golden.Files("gguf", "model.gguf");

    [Theory, MemberData(nameof(Models))]
    public void A_file_generates_by_what_is_in_it_alone(string row)
    {
        string model = Copy(row);
        // Another model's: beam search isn't supported, and its template isn't one.
        _folder.Write("generation_config.json", """{"num_beams": 3}""");
        Directory.CreateDirectory(_folder.File("additional_chat_templates"));
        _folder.Write("additional_chat_templates/default.jinja", "{% for");
        (int exitCode, string output, string error) =
            Tool.Run("generate", model, "--prompt", "one", "--max-tokens", "5", "--device", "cpu");
        Assert.True(exitCode == 0, error);
        using TextGenerator generator = TextGenerator.Load(model, "cpu");
        string expected = string.Concat(
            generator.Generate("one", new() { MaxTokens = 5 }, TestContext.Current.CancellationToken).Select(piece => piece.Text));
        Assert.Equal(expected + Environment.NewLine, output);
        Assert.True(generator.HasChatTemplate);
    }

    [Theory, MemberData(nameof(Models))]
    public void A_scan_says_where_codes_decide(string row)
    {
        string model = Copy(row), json = _folder.File("scan.json");
        (int exitCode, _, string error) = Tool.Run("scan", model, "--json", json, "--no-cache");
        Assert.True(exitCode == 0, error);
        ScannedMatrix[] quantised =
        [
            .. ScanReport.Load(json).Matrices.Where(matrix => matrix is { Encoding: not null, Kappa: not null }
                && matrix.Encoding.StartsWith("GGUF Q", StringComparison.Ordinal)),
        ];
        Assert.Equal(row.Contains("_0", StringComparison.Ordinal), quantised.Length > 0);
        Assert.All(quantised, matrix =>
        {
            double precision = matrix.Encoding == "GGUF Q4_0" ? 16 : 256;
            Assert.Contains(matrix.Encoding, (string[])["GGUF Q4_0", "GGUF Q8_0"]);
            Assert.Equal(matrix.Kappa >= precision, matrix.BeyondPrecision);
        });
    }

    /// <summary>As the option's help says.</summary>
    [Theory, MemberData(nameof(Models))]
    public void Patterns_are_of_Hugging_Face_s_names(string row)
    {
        string model = Copy(row), json = _folder.File("scan.json");
        string[] scan = ["scan", model, "--json", json, "--no-cache"];
        Assert.Equal(0, Tool.Run(scan).ExitCode);
        string name = TuningPlan.Load(json).Selected.First().Name;
        Assert.DoesNotContain("blk.", name);
        Assert.Equal(0, Tool.Run([.. scan, "--include", name]).ExitCode);
        Assert.All(TuningPlan.Load(json).Selected, matrix => Assert.Equal(name, matrix.Name));
        (int exitCode, _, string error) = Tool.Run([.. scan, "--include", "blk.*"]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("--include is \"blk.*\", which matches none of ", error);
    }

    private string Copy(string row)
    {
        string model = _folder.File("model.gguf");
        File.Copy(Golden.Open(row), model);
        return model;
    }
}
