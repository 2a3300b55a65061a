using KappaTune.Cli.Files;

namespace KappaTune.Cli.Tests.Files;

/// <summary>The ending of an output's name says how a model is written.</summary>
public class ModelOutputTests
{
    [Theory]
    [InlineData("m.zip", ".zip")]
    [InlineData("out/m.MLNet", ".mlnet")]
    [InlineData("m.gguf", ".gguf")]
    [InlineData("smol", "")]
    [InlineData("smol-1.5/", "")]
    [InlineData("smol-1.5", ".5")]
    [InlineData("-", null)]
    public void It_is_the_last_part_of_the_name(string output, string? ending)
    {
        Assert.Equal(ending, ModelOutput.EndingOf(output));
        Assert.Equal(ending is ".zip" or ".mlnet", ModelOutput.IsMlNet(output));
    }

    [Theory]
    [InlineData("tune --train t --output m.bin", "--output: a classifier isn't written as .bin; name a .zip or .mlnet file.")]
    [InlineData("tune --train t --output m.safetensors", "--output: a classifier isn't written as .safetensors;")]
    [InlineData(
        "tune --task lm --base b --train t --output smol-1.5",
        "--output: a language model isn't written as .5; name a .zip or .mlnet file, a .gguf file, or a folder, whose name has no ending")]
    [InlineData(
        "tune --base b --train t --output m.zip --method lora --adapter a.safetensors",
        "--adapter: .safetensors is the ending of a file; name a folder.")]
    [InlineData("pretrain --corpus c --output m.gguf", "--output: .gguf is the ending of a file; name a folder.")]
    [InlineData("demo --output m.zip", "--output: .zip is the ending of a file; name a folder.")]
    public void Another_one_is_refused_before_any_work(string commandLine, string message)
    {
        (int exitCode, _, string error) = Tool.Run(commandLine.Split(' '));
        Assert.Equal(ExitCode.WrongUsage, exitCode);
        Assert.StartsWith(message, error);
    }

    [Theory]
    [InlineData("tune --train absent --output m.mlnet")]
    [InlineData("tune --train absent --output m")]
    [InlineData("tune --task lm --base b --train absent --output m-1.5/")]
    [InlineData("pretrain --corpus absent --output bert-1.5")]
    public void Those_that_are_known_are_taken(string commandLine)
    {
        (int exitCode, _, string error) = Tool.Run(commandLine.Split(' '));
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains("absent: there is no such file", error);
    }
}
