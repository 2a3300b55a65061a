using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>Fused matrices by their parts, from a scan to a tuned model.</summary>
public sealed class FusedTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public FusedTests() => _base = TinyDecoder.Write(_folder, config: TinyDecoder.Config with { Family = ModelFamilies.Phi3 });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_scan_by_parts_is_selected_from_by_parts()
    {
        string[] scan = ["scan", _base, "--no-cache", "--json", _folder.File("scan.json")];
        Run([.. scan, "--fused", "parts"]);
        string output = Run(
            "select", _folder.File("scan.json"), "--lowest", "2", "--include", "*qkv_proj*", "--json", _folder.File("plan.json"));
        TuningPlan plan = TuningPlan.Load(_folder.File("plan.json"));
        Assert.Equal(FusedMatrices.ByParts, plan.Selection.Fused);
        Assert.Equal(9, plan.CandidateCount);
        // Names are shortened at the front.
        Assert.All(plan.Selected, matrix => Assert.Contains(matrix.Id[matrix.Id.IndexOf('[')..], output));
        Assert.Contains("selection is with --fused whole: scan for that", Refused("select", _folder.File("scan.json"), "--fused", "whole"));

        Run(scan);
        Assert.All(ScanReport.Load(_folder.File("scan.json")).Matrices, matrix => Assert.Null(matrix.Part));
        Assert.Contains("selection is with --fused parts: scan for that", Refused("select", _folder.File("scan.json"), "--fused", "parts"));
    }

    [Fact]
    public void A_model_is_tuned_by_parts_and_not_by_adapters_of_them()
    {
        IEnumerable<string> texts = TinyDecoder.Completions(16, seed: 1).Select(row => row.Prompt + row.Completion);
        _folder.Write("train.tsv", string.Join('\n', texts.Prepend("Text")) + "\n");
        string[] tune =
        [
            "tune", "--task", "lm", "--base", _base, "--train", _folder.File("train.tsv"), "--no-cache", "--device", "cpu", "--epochs", "1",
            "--json", _folder.File("report.json"), "--output", _folder.File("model.zip"), "--fused", "parts",
        ];
        Assert.Contains("--fused is parts; allowed is whole with --method lora", Refused([.. tune, "--method", "lora"]));
        Run([.. tune, "--lowest", "3", "--include", "*gate_up_proj*"]);
        ScannedMatrix[] selected = [.. TuningReport.Load(_folder.File("report.json")).Plan.Selected];
        Assert.Equal(3, selected.Length);
        Assert.All(selected, matrix => Assert.True(matrix.Part is TensorPart.Gate or TensorPart.Up));
    }

    [Fact]
    public void Where_nothing_is_fused_the_option_is_said_to_change_nothing()
    {
        const string Note = "--fused parts changes nothing: no tensor is fused";
        string model = TinyDecoder.Write(_folder, "plain"), scan = _folder.File("scan.json");
        Assert.Contains(Note, Tool.Run("scan", model, "--no-cache", "--fused", "parts").Error);
        Assert.DoesNotContain(Note, Tool.Run("scan", model, "--no-cache", "--json", scan).Error);
        (int exitCode, string output, string error) = Tool.Run("select", scan, "--fused", "parts");
        Assert.Equal(ExitCode.Done, exitCode);
        Assert.StartsWith(Note, error);
        Assert.Equal(Run("select", scan), output);
        Assert.DoesNotContain(Note, Tool.Run("select", scan, "--fused", "whole").Error);
        Assert.DoesNotContain(Note, Tool.Run("scan", _base, "--no-cache", "--fused", "parts").Error);
    }

    [Fact]
    public void Another_word_is_refused()
    {
        (int exitCode, _, string error) = Tool.Run("scan", _base, "--fused", "halves");
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.Contains("parts", error);
    }

    private static string Run(params string[] arguments)
    {
        (int exitCode, string output, string error) = Tool.Run(arguments);
        Assert.True(exitCode == ExitCode.Done, error);
        return output;
    }

    private static string Refused(params string[] arguments)
    {
        (int exitCode, _, string error) = Tool.Run(arguments);
        Assert.Equal(ExitCode.BadInput, exitCode);
        return error;
    }
}
