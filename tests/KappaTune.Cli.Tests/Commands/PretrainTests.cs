using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests.Commands;

public sealed class PretrainTests : IDisposable
{
    private const string Small =
        """{"vocabulary": 300, "maximumTokens": 16, "layers": 1, "hidden": 16, "heads": 2, "batchSize": 4, "steps": 6"""
            + """, "checkpointEvery": 3""";

    private readonly TemporaryFolder _folder = new();
    private readonly string _corpus;

    public PretrainTests()
    {
        var random = new Random(1);
        string[] words = ["the", "cat", "drinks", "milk", "dog", "eats", "meat"];
        _corpus = _folder.Write(
            "corpus.txt", string.Concat(Enumerable.Range(0, 80).Select(_ => string.Join(' ', random.GetItems(words, 8)) + ".\n")));
    }

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("masked", "BertForMaskedLM"), InlineData("next-token", "LlamaForCausalLM")]
    public void It_trains_and_writes_a_folder(string objective, string architecture)
    {
        (int exitCode, string output, string error) = Run($"{Small}, \"objective\": \"{objective}\"}}");
        Assert.Equal((ExitCode.Done, ""), (exitCode, exitCode == 0 ? "" : error));
        Assert.Contains("Step 6/6, loss", error);
        Assert.Contains("Step 3/6: held-out loss", error);
        Assert.Contains("Held out:  loss", output);
        Assert.Contains(architecture, File.ReadAllText(Path.Combine(_folder.File("model"), "config.json")));
        Assert.True(File.Exists(Path.Combine(_folder.File("model"), "tokenizer.json")));
        Assert.Contains("6 steps", File.ReadAllText(Path.Combine(_folder.File("model"), "README.md")));
    }

    [Fact]
    public void Cancelled_it_ends_with_130_and_goes_on_with_resume()
    {
        string options = $"{Small}}}";
        (int exitCode, _, string error) = Tool.Run(new CancellationToken(canceled: true), Arguments(options));
        Assert.Equal(ExitCode.Cancelled, exitCode);
        Assert.StartsWith("Cancelled.", error.Split('\n')[^2]);
        Assert.False(Directory.Exists(_folder.File("model")));
        Assert.Equal(ExitCode.Done, Run(options, "--resume").ExitCode);
    }

    [Fact]
    public void The_seed_of_the_command_line_counts()
    {
        Assert.Equal(ExitCode.Done, Run($"{Small}, \"seed\": 3}}", "--seed", "4").ExitCode);
        string report = Path.Combine(_folder.File("model"), "pretraining.json");
        Assert.Contains("\"seed\": 4", File.ReadAllText(report));
        Assert.Equal("a pre-training report", DocumentKind.Find(report)!.Name);
    }

    [Fact]
    public void Bad_options_are_one_line_and_nothing_is_written()
    {
        (int exitCode, string output, string error) = Run("""{"layer": 2}""");
        Assert.Equal((ExitCode.BadInput, ""), (exitCode, output));
        Assert.StartsWith($"{_folder.File("options.json")}, layer: there is no such field.", error);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Equal(ExitCode.WrongUsage, Tool.Run("pretrain", "--corpus", _corpus).ExitCode);
        Assert.Equal(ExitCode.WrongUsage, Tool.Run("pretrain", "--corpus", _corpus, "--output", "x", "--threads", "-1").ExitCode);
        Assert.False(Directory.Exists(_folder.File("model")));
    }

    private (int ExitCode, string Output, string Error) Run(string options, params string[] more) => Tool.Run(Arguments(options, more));

    private string[] Arguments(string options, params string[] more) =>
    [
        "pretrain", "--corpus", _corpus, "--output", _folder.File("model"), "--options", _folder.Write("options.json", options),
        "--device", "cpu", "--threads", "1", .. more,
    ];
}
