using System.Diagnostics;
using System.Text.Json;

namespace KappaTune.Cli.Tests.Files;

/// <summary>Which files a command may name, and what becomes of them.</summary>
public sealed class FilesTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Training_rows_are_never_overwritten_by_the_model()
    {
        Write("a.zip", "Label\tText\na\tx\nb\ty\n");
        File.CreateSymbolicLink(_workspace["link.zip"], "a.zip");
        HardLink("a.zip", "hard.zip");
        string other = Path.Combine(Path.GetDirectoryName(_workspace["a.zip"])!, ".", "a.zip");
        foreach (string output in (string[])[_workspace["a.zip"], _workspace["link.zip"], _workspace["hard.zip"], other])
            Refused(["tune", "--train", _workspace["a.zip"], "--output", output], "--output", "would overwrite --train");
        Refused(
            ["tune", "--train", _workspace["link.zip"], "--output", _workspace["m.zip"], "--json", _workspace["hard.zip"]],
            "--json", "would overwrite --train");
        Assert.Equal("Label\tText\na\tx\nb\ty\n", File.ReadAllText(_workspace["a.zip"]));
    }

    [Fact]
    public void No_command_overwrites_what_it_reads()
    {
        string model = PointsModel.Save(_workspace), points = _workspace["points.tsv"], text = Write("text.txt", "words"), scan = Scan();
        Refused(["predict", model, "--data", points, "--output", points], "would overwrite --data");
        Refused(["predict", model, "--data", points, "--output", model], "would overwrite MODEL");
        Refused(["evaluate", model, "--data", points, "--json", points], "would overwrite --data");
        Refused(["retention", "embedded", "embedded", "--text", text, "--json", text], "would overwrite --text");
        Refused(["select", scan, "--json", scan], "would overwrite SCAN");
        Refused(["merge", scan, "--json", scan], "would overwrite PART");
        Refused(["report", scan, "--html", scan], "would overwrite FILE");
        Refused(["scan", _workspace["model.safetensors"], "--json", _workspace["model.safetensors"]], "would overwrite MODEL");
        Directory.CreateDirectory(_workspace["base"]);
        Write("base/config.json", "{}");
        Refused(["scan", _workspace["base"], "--json", _workspace["base/config.json"]], "would overwrite MODEL");
        Refused(
            ["tune", "--base", _workspace["base"], "--train", points, "--output", _workspace["m.zip"], "--json",
                _workspace["base/config.json"]],
            "would overwrite --base");
    }

    [Fact]
    public void Two_outputs_are_two_files()
    {
        string scan = Scan();
        File.CreateSymbolicLink(_workspace["link"], "absent");
        Refused(["report", scan, "--html", _workspace["a"], "--picture", _workspace["a"]], "are the same file");
        Refused(["select", scan, "--json", _workspace["absent"], "--yaml", _workspace["link"]], "are the same file");
        Refused(["select", scan, "--json", "-", "--yaml", "/dev/stdout"], "--json and --yaml both name standard output");
    }

    [Fact]
    public void What_cannot_be_is_said_before_the_work()
    {
        string scan = Scan();
        Refused(["tune", "--train", _workspace["absent.tsv"], "--output", _workspace["m.zip"]], "--train", "there is no such file");
        Refused(["tune", "--train", scan, "--retention-text", _workspace["no.txt"], "--output", _workspace["m.zip"]], "--retention-text");
        Refused(["tune", "--train", scan, "--output", _workspace["absent/m.zip"]], "--output: there is no folder");
        Refused(["tune", "--train", "-", "--test", "/dev/stdin", "--output", _workspace["m.zip"]],
            "--train and --test both name standard input");
        Refused(
            ["tune", "--base", "-", "--train", scan, "--output", _workspace["m.zip"]], "--base -: a stream can't be a folder or a model");
        Refused(["tune", "--train", scan, "--checkpoint", "-", "--output", _workspace["m.zip"]], "--checkpoint -: a stream can't");
        Refused(["scan", "-"], "MODEL -: a stream can't");
        Refused(["pretrain", "--corpus", scan, "--output", "-"], "--output -: a stream can't");
        Refused(
            ["compare", "--train", "-", "--test", scan, "--control", scan, "--output", _workspace["out"]], "--train -", "is there once");
        Refused(["pretrain", "--corpus", scan, "--output", scan + "/model"], "--output", "is a file; name a folder");
        Refused(
            ["tune", "--train", scan, "--checkpoint", scan, "--output", _workspace["m.zip"]], "--checkpoint", "is a file; name a folder");
        Refused(["predict", scan, "--data", scan, "--output", ""], "--output: the name is empty");
        Refused(["scan", ""], "MODEL: the name is empty");
        Assert.SkipUnless(Directory.Exists("/proc/self"), "No folder here takes no files.");
        Refused(["select", scan, "--json", "/proc/self/plan.json"], "--json: nothing can be written into /proc/");
        Refused(["pretrain", "--corpus", scan, "--output", "/proc/self/a/model"], "--output: nothing can be written into /proc/");
        Refused(["compare", "--train", scan, "--test", scan, "--control", scan, "--output", "/proc/self/out"], "--output: nothing can be");
        Refused(
            ["tune", "--train", scan, "--checkpoint", "/proc/self/state", "--output", _workspace["m.zip"]],
            "--checkpoint: nothing can be written into /proc/");
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdin")]
    public void A_stream_is_read_as_often_as_it_takes(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name != "-", "Windows has no such name.");
        string model = PointsModel.Save(_workspace);
        (int code, string output, string error) = Pipe(File.ReadAllText(_workspace["points.tsv"]), "evaluate", model, "--data", name);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Rows:           40", output);
    }

    [Fact]
    public void A_named_pipe_is_read_and_written()
    {
        string model = PointsModel.Save(_workspace), source = MakePipe("in"), destination = MakePipe("out");
        using Process feeder = Shell($"cat '{_workspace["points.tsv"]}' > '{source}'");
        using Process eater = Shell($"cat '{destination}' > '{_workspace["copy.tsv"]}'");
        string saved = $"Saved:    {destination}{Environment.NewLine}";
        Assert.Equal((0, saved, ""), Tool.Run("predict", model, "--data", source, "--output", destination));
        eater.WaitForExit();
        Assert.Equal(41, File.ReadAllLines(_workspace["copy.tsv"]).Length);
        using Process again = Shell($"cat '{_workspace["points.tsv"]}' > '{source}'");
        using Process json = Shell($"cat '{destination}' > '{_workspace["copy.json"]}'");
        Assert.Equal(0, Tool.Run("evaluate", model, "--data", source, "--json", destination).ExitCode);
        json.WaitForExit();
        using var document = JsonDocument.Parse(File.ReadAllText(_workspace["copy.json"]));
        Assert.Equal(["copy.json", "copy.tsv", "in", "out", "points.tsv", "points.zip"], _workspace.Files);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    public void Where_a_file_goes_to_standard_output_nothing_else_does(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name != "-", "Windows has no such name.");
        (int code, string output, string error) = Pipe(File.ReadAllText(Scan()), "select", "-", "--json", name);
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        Assert.Contains("Selected:", error);
    }

    [Fact]
    public void Output_is_added_to_a_file_that_the_shell_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        Write("out.tsv", "first\n");
        string model = PointsModel.Save(_workspace), program = Path.Combine(AppContext.BaseDirectory, "kappatune");
        using Process shell = Shell(
            $"'{program}' predict '{model}' --data '{_workspace["points.tsv"]}' --output /dev/stdout >> '{_workspace["out.tsv"]}'");
        shell.WaitForExit();
        string[] lines = File.ReadAllLines(_workspace["out.tsv"]);
        Assert.Equal(("first", 42), (lines[0], lines.Length));
    }

    [Fact]
    public void A_link_for_an_output_stays_and_leads_to_it()
    {
        string model = PointsModel.Save(_workspace);
        File.CreateSymbolicLink(_workspace["link.tsv"], "real.tsv");
        Assert.Equal(0, Tool.Run("predict", model, "--data", _workspace["points.tsv"], "--output", _workspace["link.tsv"]).ExitCode);
        Assert.Equal("real.tsv", new FileInfo(_workspace["link.tsv"]).LinkTarget);
        Assert.Equal(41, File.ReadAllLines(_workspace["real.tsv"]).Length);
    }

    [Fact]
    public void A_model_is_saved_into_a_pipe()
    {
        string destination = MakePipe("pipe");
        using Process eater = Shell($"cat '{destination}' > '{_workspace["copy.zip"]}'");
        File.Copy(PointsModel.Save(_workspace), _workspace["model.zip"]);
        var mlContext = new Microsoft.ML.MLContext();
        Microsoft.ML.ITransformer model = mlContext.Model.Load(_workspace["model.zip"], out Microsoft.ML.DataViewSchema schema);
        Cli.Output.OutputFile.Write(destination, stream => mlContext.Model.Save(model, schema, stream));
        eater.WaitForExit();
        Assert.Equal(0, Tool.Run("evaluate", _workspace["copy.zip"], "--data", _workspace["points.tsv"]).ExitCode);
    }

    private string Scan()
    {
        Assert.Equal(0, Tool.Run("scan", _workspace.Model(), "--no-cache", "--json", _workspace["scan.json"]).ExitCode);
        return _workspace["scan.json"];
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_workspace[name], text);
        return _workspace[name];
    }

    private void Refused(string[] arguments, params string[] parts)
    {
        string[] before = _workspace.Files;
        (int exitCode, string output, string error) = Tool.Run(arguments);
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.All(parts, part => Assert.Contains(part, error));
        Assert.Equal(before, _workspace.Files);
    }

    private void HardLink(string file, string link)
    {
        using Process process = Process.Start("ln", [_workspace[file], _workspace[link]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string MakePipe(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells what a file is.");
        using Process process = Process.Start("mkfifo", [_workspace[name]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return _workspace[name];
    }

    private static Process Shell(string command) => Process.Start("sh", ["-c", command]);

    private static (int ExitCode, string Output, string Error) Pipe(string input, params string[] arguments)
    {
        using Process program = Tool.StartPiped(arguments);
        Task<string> error = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        program.StandardInput.Write(input);
        program.StandardInput.Close();
        string output = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        return (program.ExitCode, output, error.Result);
    }
}
