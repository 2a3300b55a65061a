namespace KappaTune.Cli.Tests.Commands;

/// <summary>Files that aren't as they should be: one line that says what and where, no trace, and nothing written.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_model_that_is_not_there() => Refused(["scan", _workspace["absent"]], _workspace["absent"]);

    [Theory]
    [InlineData("generate", "absent.gguf", "--prompt", "a")]
    [InlineData("scan", "absent.gguf", "--no-cache")]
    public void A_file_of_weights_that_is_not_there_is_no_model_s_name(params string[] arguments) =>
        Refused(arguments, "absent.gguf: there is no such file or folder. Check the path.");

    [Fact]
    public void A_file_that_is_no_checkpoint()
    {
        File.WriteAllText(_workspace["notes.safetensors"], "Dear diary, today I trained a model.");
        Refused(["scan", _workspace["notes.safetensors"], "--no-cache"], _workspace["notes.safetensors"]);
    }

    [Fact]
    public void A_pickle_is_refused_with_what_to_do_instead()
    {
        File.WriteAllText(_workspace["pytorch_model.bin"], "");
        Refused(["scan", _workspace["pytorch_model.bin"]], "safetensors");
    }

    [Fact]
    public void A_pattern_that_matches_nothing() =>
        Refused(["scan", _workspace.Model(), "--no-cache", "--include", "encoder.*"], "encoder.*");

    /// <summary>What the library calls by its properties' names is called by the options' here, with no more digits than anyone needs.</summary>
    [Theory]
    [InlineData("--threshold 1.5", "--threshold is 1.5; allowed is 2 or more, the score of ")]
    [InlineData("--threshold 0.01 --score relative", "--threshold is 0.01; allowed is 0.06143 or more, the score of ")]
    [InlineData("--budget 3", "--budget is 3; allowed is what ")]
    [InlineData("--include encoder.*", "--include is \"encoder.*\", which matches none of 2 tensors; allowed is a pattern that matches")]
    [InlineData("--exclude encoder.*", "--exclude is \"encoder.*\", which matches none")]
    [InlineData(
        "--exclude *",
        "The selection leaves no candidates; allowed are an --include and an --exclude that leave some, or --embeddings.")]
    [InlineData("--score layers-above", "--score is layers-above; allowed is kappa or relative where no tensor's name tells its layer.")]
    public void Options_that_do_not_fit_the_model_are_told_by_their_names(string options, string message)
    {
        string model = _workspace.Model("plain.safetensors", 8, ("one.weight", 2), ("two.weight", 3));
        Refused(["scan", model, "--no-cache", .. options.Split(' ')], message);
    }

    [Fact]
    public void A_weight_that_is_not_a_number() =>
        Refused(["scan", _workspace.Model("nan.safetensors", 4, ("broken.weight", float.NaN)), "--no-cache"], "broken.weight");

    [Fact]
    public void A_device_that_is_not_there() => Refused(["scan", _workspace.Model(), "--no-cache", "--device", "cuda:99"], "cuda:99");

    [Fact]
    public void A_place_for_results_that_is_not_there_is_found_before_the_scan()
    {
        Refused(["scan", _workspace["absent"], "--json", _workspace["no/where.json"]], "--json: there is no folder");
        Directory.CreateDirectory(_workspace["folder"]);
        Refused(["scan", _workspace["absent"], "--html", _workspace["folder"]], "is a folder; name a file");
    }

    [Theory]
    [InlineData("select")]
    [InlineData("report")]
    public void A_scan_that_is_not_there_or_no_scan(string command)
    {
        Refused([command, _workspace["absent.json"]], _workspace["absent.json"]);
        File.WriteAllText(_workspace["other.json"], "{\"schema\": 99}");
        Refused([command, _workspace["other.json"]], _workspace["other.json"]);
    }

    [Fact]
    public void A_part_is_no_scan_to_select_from()
    {
        Assert.Equal(0, Tool.Run("scan", _workspace.Model(), "--no-cache", "--shard", "1/2", "--json", _workspace["1.json"]).ExitCode);
        Refused(["select", _workspace["1.json"]], "part 1 of 2");
        Refused(["merge", _workspace["1.json"], "--json", _workspace["whole.json"]], "Part 2 of 2 is missing");
    }

    private void Refused(string[] arguments, string part)
    {
        string[] before = _workspace.Files;
        (int exitCode, string output, string error) = Tool.Run(arguments);
        Assert.Equal(ExitCode.BadInput, exitCode);
        string[] lines = error.TrimEnd().Split('\n');
        Assert.Contains(part, lines[^1]);
        Assert.All(lines[..^1], progress => Assert.Matches("^[0-9]+ %: ", progress));
        Assert.DoesNotContain("(Parameter", error);
        Assert.Empty(output);
        Assert.Equal(before, _workspace.Files);
    }
}
