using System.IO.Compression;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tests.Study;
using Microsoft.ML.KappaTune.Tests.Training;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>Every command that reads a JSON file, given one of another kind: one line says what it is, what was wanted, what to do.</summary>
public sealed class WrongDocumentTests : IDisposable
{
    private const string Scan = "a scan report", Plan = "a tuning plan", Tuning = "a tuning report", Comparison = "a comparison",
        Retention = "a retention report", Evaluation = "an evaluation", Errors = "an evaluation of transcripts",
        Transcripts = "a list of transcripts", Peft = "a list of PEFT's targets",
        Pretraining = "a pre-training report",
        Demo = "a list of a demo's files", Saved = "a zip archive, as saved models are", Unknown = "";

    private static readonly string[] Documents =
        [Scan, Plan, Tuning, Comparison, Retention, Evaluation, Errors, Transcripts, Peft, Pretraining, Demo, Saved, Unknown];

    /// <summary>A command, what it wants, and the remedy that it names.</summary>
    private static readonly (string Command, string[] Wanted, string Remedy)[] Commands =
    [
        ("select", [Scan], "Name a file that ScanReport.Save or kappatune scan --json wrote."),
        ("merge", [Scan], "Name a file that ScanReport.Save or kappatune scan --json wrote."),
        ("report", [Scan, Comparison], "Name a file that ScanReport.Save, kappatune scan --json or kappatune compare wrote."),
        ("pretrain", ["options of pre-training"], "Name a file with the fields of docs/pretraining-options.md."),
    ];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    public static TheoryData<string, string> Pairs =>
    [
        .. from command in Commands
           from document in Documents.Except(command.Wanted)
           // Fields that no document has are faults of an options file, each by itself.
           where command.Command != "pretrain" || document != Unknown
           select (command.Command, document),
    ];

    [Theory, MemberData(nameof(Pairs))]
    public void It_is_refused_with_what_it_is_and_what_was_wanted(string command, string document)
    {
        string file = Write(document), wanted, remedy;
        (_, string[] kinds, remedy) = Commands.Single(known => known.Command == command);
        wanted = string.Join(" or ", kinds);
        string[] before = _workspace.Files;
        string[] rest = command switch
        {
            "merge" => ["--json", _workspace["whole.json"]],
            "pretrain" => ["--corpus", file, "--output", _workspace["model"]],
            _ => [],
        };
        string[] named = command == "pretrain" ? ["--options", file] : [file];
        (int exitCode, _, string error) = Tool.Run([command, .. named, .. rest]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        string line = Assert.Single(error.TrimEnd().Split('\n')).TrimEnd();
        Assert.StartsWith(file, line);
        Assert.Contains(document == Unknown ? $"{file} isn't {wanted}: " : $" is {document}; wanted ", line);
        Assert.Contains(wanted, line);
        Assert.EndsWith(remedy, line);
        Assert.DoesNotMatch("KappaTune\\.|System\\.|\\.NET|Line[A-Z]", line.Replace(file, ""));
        Assert.Equal(before, _workspace.Files);
    }

    [Theory]
    [InlineData(
        "scan", "This is JSON, which holds no weights: name a folder in Hugging Face layout, or a .safetensors, .gguf or .onnx file.")]
    [InlineData("evaluate", "Name a model that was saved as a .zip file.")]
    public void It_is_no_model(string command, string remedy)
    {
        string file = Write(Tuning);
        string wanted = command == "scan" ? "weights" : "a saved model";
        File.WriteAllText(_workspace["rows.tsv"], "Text\tLabel\na\tb\n");
        string[] rest = command == "evaluate" ? ["--data", _workspace["rows.tsv"]] : ["--no-cache"];
        (int exitCode, _, string error) = Tool.Run([command, file, .. rest]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        string line = Assert.Single(error.TrimEnd().Split('\n')).TrimEnd();
        Assert.StartsWith(file, line);
        Assert.Contains($"is {Tuning}; wanted {(command == "scan" ? "are" : "is")} {wanted}. ", line);
        Assert.EndsWith(remedy, line);
    }

    [Fact]
    public void A_saved_model_is_no_checkpoint()
    {
        string file = PointsModel.Save(_workspace);
        (int exitCode, _, string error) = Tool.Run("scan", file, "--no-cache");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Equal(
            $"{file}: .zip files aren't read. A saved model is no checkpoint: where a tuned model is asked for, name this file itself; "
            + "where a base model is, name the folder of its base model, or a .safetensors, .gguf or .onnx file.",
            error.TrimEnd());
    }

    /// <summary>Files that aren't saved models, or aren't whole.</summary>
    [Theory]
    [InlineData("cut", "is a zip archive that was cut off or damaged. Copy it again, or save the model again.")]
    [InlineData("start", "is a zip archive that was cut off or damaged. Copy it again, or save the model again.")]
    [InlineData("archive", "is a zip archive without a model. Name a model that was saved as a .zip file.")]
    [InlineData("damaged", "is a damaged model: …. Copy it again, or save the model again.")]
    [InlineData("text", "isn't a zip archive, as saved models are. Name a model that was saved as a .zip file.")]
    [InlineData("empty", "isn't a zip archive, as saved models are. Name a model that was saved as a .zip file.")]
    [InlineData(Tuning, "is a tuning report; wanted is a saved model. Name a model that was saved as a .zip file.")]
    public void A_saved_model_that_is_none_is_refused_with_what_it_is(string kind, string problem)
    {
        string file = kind == Tuning ? Write(kind) : _workspace["file.zip"];
        byte[] whole = File.ReadAllBytes(PointsModel.Save(_workspace));
        if (kind == "archive")
        {
            using ZipArchive archive = ZipFile.Open(file, ZipArchiveMode.Create);
            archive.CreateEntry("notes.txt");
        }
        else if (kind == "damaged")
        {
            File.WriteAllBytes(file, whole);
            using ZipArchive archive = ZipFile.Open(file, ZipArchiveMode.Update);
            archive.GetEntry("TransformerChain/Model.key")!.Delete();
        }
        else if (kind != Tuning)
            File.WriteAllBytes(
                file, kind switch { "cut" => whole[..^100], "start" => whole[..30], "text" => "Text\n"u8.ToArray(), _ => [] });
        (int exitCode, _, string error) = Tool.Run("evaluate", file, "--data", _workspace["points.tsv"]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        string line = Assert.Single(error.TrimEnd().Split('\n')).TrimEnd();
        Assert.StartsWith($"{file} {problem.Split('…')[0]}", line);
        Assert.EndsWith(problem.Split('…')[^1], line);
    }

    /// <summary>What was found in a file that is wanted is told without the names of types.</summary>
    [Theory]
    [InlineData("{\"schema\": 1}", "fields are missing: ")]
    [InlineData("{\"schema\": \"one\"}", "schema: the value isn't allowed there.")]
    [InlineData("{\"schemes\": 1}", "schemes: there is no such field.")]
    [InlineData("[]", "it isn't a JSON object.")]
    [InlineData("{\n\"schema\": }", "it isn't valid JSON, line 2.")]
    [InlineData("", "it isn't valid JSON, line 1: it is empty.")]
    [InlineData(" \r\n\t", "it isn't valid JSON, line 2: it is empty.")]
    [InlineData("\ufeff\n", "it isn't valid JSON, line 2: it is empty.")]
    [InlineData("{\n\"kind\": \"comparison\",\n\"runs\": [{", "it isn't valid JSON, line 3: it was cut off.")]
    [InlineData("{\n\"schema\": 1,\n\"mod", "it isn't valid JSON, line 3: it was cut off.")]
    public void A_damaged_one_is_refused_in_plain_words(string json, string cause)
    {
        File.WriteAllText(_workspace["scan.json"], json);
        (int exitCode, _, string error) = Tool.Run("select", _workspace["scan.json"]);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains($"scan.json isn't a scan report: {cause}", error);
        Assert.DoesNotMatch("Microsoft\\.|System\\.|\\.NET", error);
    }

    private string Write(string document)
    {
        string file = _workspace["file.json"];
        switch (document)
        {
            case Scan or Plan or Peft:
                Assert.Equal(0, Tool.Run("scan", _workspace.Model(), "--no-cache", "--json", file).ExitCode);
                if (document != Scan)
                    Assert.Equal(0, Tool.Run("select", file, document == Plan ? "--json" : "--peft", _workspace["made.json"]).ExitCode);
                return document == Scan ? file : _workspace["made.json"];
            case Tuning:
                TuningSample.Report().Save(file);
                return file;
            case Comparison:
                ComparisonJson.Save(ComparisonSample.Many(), file);
                return file;
            case Saved:
                return PointsModel.Save(_workspace);
            default:
                // As the tests of the commands that write them hold them to.
                File.WriteAllText(file, document switch
                {
                    Retention => """{"schema": 1, "tuned_model": "tuned", "texts": []}""",
                    Evaluation => """{"schema": 1, "micro_accuracy": 1, "confusion": []}""",
                    Errors => """{"schema": 1, "rows": 1, "words": {}, "raw_words": {}}""",
                    Transcripts => """{"schema": 1, "kind": "transcripts", "files": []}""",
                    Demo => """{"kind": "demo", "model.zip": null}""",
                    Pretraining => """{"format": 1, "kind": "pretraining"}""",
                    _ => """{"schema": 99}""",
                });
                return file;
        }
    }
}
