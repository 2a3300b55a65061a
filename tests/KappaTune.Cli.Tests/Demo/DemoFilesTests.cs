using KappaTune.Cli.Demo;
using KappaTune.Cli.Files;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests.Demo;

/// <summary>The demo replaces what an earlier demo left, and nothing of anybody else.</summary>
public sealed class DemoFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DemoFiles _files;

    public DemoFilesTests() => _files = new(_folder.File("out"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_demo_follows_another()
    {
        Run();
        Run();
        Assert.Equal("model", File.ReadAllText(_files.Model));
    }

    [Fact]
    public void One_follows_another_that_was_stopped()
    {
        _files.Begin();
        Assert.Equal("a list of a demo's files", DocumentKind.Find(Path.Combine(_files.Folder, "demo.json"))!.Name);
        _files.WriteTickets();
        File.WriteAllText(_files.Model, "half the way");
        Run();
    }

    [Fact]
    public void A_demo_follows_one_whose_list_did_not_say_its_kind()
    {
        Run();
        string list = Path.Combine(_files.Folder, "demo.json"), older = File.ReadAllText(list).Replace(",\"kind\":\"demo\"", "");
        Assert.DoesNotContain("kind", older);
        File.WriteAllText(list, older);
        Run();
    }

    [Theory]
    [InlineData("train.tsv")]
    [InlineData("model.zip")]
    [InlineData("report.html")]
    [InlineData("evaluation.json")]
    [InlineData("demo.json")]
    [InlineData("demo.json", """{"name": "my own"}""")]
    [InlineData("demo.json", """{"kind": "demo", "train.tsv": null, "model.zip": null}""")]
    [InlineData("demo.json", "{}")]
    [InlineData("demo.json", "null")]
    public void A_file_of_somebody_s_own_stays(string name, string content = "mine")
    {
        string file = Path.Combine(_files.Folder, name);
        Directory.CreateDirectory(_files.Folder);
        File.WriteAllText(file, content);
        (int exitCode, _, string error) = Tool.Run("demo", "--output", _files.Folder);
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.StartsWith($"{file} isn't what an earlier demo left there", error);
        Assert.Equal(content, File.ReadAllText(file));
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(_files.Folder));
    }

    [Fact]
    public void So_does_what_took_the_place_of_a_demo_s_file()
    {
        Run();
        File.WriteAllText(_files.Model, "a better one");
        Assert.Contains(_files.Model, Assert.Throws<UnusableFileException>(_files.Check).Message);
        Assert.Equal("a better one", File.ReadAllText(_files.Model));
    }

    [Fact]
    public void Other_files_in_the_folder_do_no_harm()
    {
        Directory.CreateDirectory(_files.Folder);
        File.WriteAllText(Path.Combine(_files.Folder, "notes.txt"), "mine");
        Run();
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_files.Folder, "notes.txt")));
    }

    private void Run()
    {
        _files.Check();
        _files.Begin();
        _files.WriteTickets();
        foreach (string file in (string[])[_files.Model, _files.Report, _files.Evaluation])
            File.WriteAllText(file, Path.GetFileNameWithoutExtension(file));
        _files.End();
    }
}
