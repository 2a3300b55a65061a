using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>A field of a model's files that isn't known is one warning on the error stream, whatever the command.</summary>
public sealed class UnknownFieldTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base, _rows, _text;

    public UnknownFieldTests()
    {
        _base = TinyModel.Write(_folder);
        string file = Path.Combine(_base, "config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(file))!;
        config["mystery"] = 1;
        File.WriteAllText(file, config.ToJsonString());
        _rows = _folder.Write("rows.tsv",
        string.Join('\n', TinyModel.Texts(32, longest: 4).Select(row => $"{row.Class}\t{row.Text}").Prepend("Label\tText")));
        _text = _folder.Write("control.txt", string.Join(' ', TinyModel.Texts(60, seed: 9).Select(row => row.Text)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scan_warns_and_writes_it_down()
    {
        Warned("scan", _base, "--no-cache", "--json", _folder.File("scan.json"));
        Assert.Equal(Message(_base, "config.json"), Assert.Single(ScanReport.Load(_folder.File("scan.json")).Warnings));
    }

    [Fact]
    public void Tune_warns_and_reports_it_and_the_saved_model_is_used_without()
    {
        string model = _folder.File("model.zip"), json = _folder.File("report.json");
        string output = Warned(
            "tune", "--base", _base, "--train", _rows, "--output", model, "--json", json, "--no-cache", "--epochs", "1");
        Assert.Equal(Message(_base, "config.json"), Assert.Single(TuningReport.Load(json).Warnings));
        Assert.Matches("(?m)^Warning  ", output);
        (int exitCode, _, string error) = Tool.Run("evaluate", model, "--data", _rows);
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
        (exitCode, _, error) = Tool.Run("predict", model, "--data", _rows, "--output", _folder.File("out.tsv"));
        Assert.Equal((ExitCode.Done, ""), (exitCode, error));
    }

    [Fact]
    public void Retention_warns_of_the_base_and_of_the_adapter()
    {
        const string Layer = "bert.encoder.layer.0.attention.self.query";
        Warned("retention", _base, _base, "--text", _text);
        var layout = new PeftLayout { Config = { ["mystery"] = "1", ["modules_to_save"] = "null", ["target_modules"] = $"[\"{Layer}\"]" } };
        layout.Tensors.Clear();
        layout.Add(Layer, inputs: 32, outputs: 32);
        string adapter = Directory.CreateDirectory(_folder.File("adapter")).FullName;
        layout.Write(adapter);
        (int exitCode, _, string error) = Tool.Run("retention", _base, adapter, "--text", _text);
        Assert.True(exitCode == ExitCode.Done, error);
        Assert.Equal([Message(_base, "config.json"), Message(adapter, "adapter_config.json")], Warnings(error));
    }

    [Fact]
    public void Compare_warns() => Warned(
        "compare", "--base", _base, "--train", _rows, "--test", _rows, "--control", _text, "--output", _folder.File("out"), "--no-cache",
        "--methods", "head", "--seeds", "1", "--jobs", "0", "--learning-rates", "0.001", "--epochs", "1");

    [Fact]
    public void The_demo_warns_once_of_what_it_tunes_three_times() =>
        Warned("demo", "--base", _base, "--output", _folder.File("demo"), "--epochs", "1", "--no-cache");

    private string Warned(params string[] arguments)
    {
        (int exitCode, string output, string error) = Tool.Run(arguments);
        Assert.True(exitCode == ExitCode.Done, error);
        Assert.Equal(Message(_base, "config.json"), Assert.Single(Warnings(error)));
        return output;
    }

    private static string Message(string folder, string file) =>
        $"{Path.Combine(folder, file)}, mystery: it isn't known and has no effect here.";

    /// <summary>Those of fields.</summary>
    private static IEnumerable<string> Warnings(string error)
    {
        const string Begin = "Warning: ";
        return error.Split('\n').Select(line => line.TrimEnd('\r'))
            .Where(line => line.StartsWith(Begin, StringComparison.Ordinal) && line.Contains("known", StringComparison.Ordinal))
            .Select(line => line[Begin.Length..]);
    }
}
