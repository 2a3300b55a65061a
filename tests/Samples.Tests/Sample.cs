using System.Diagnostics;
using Microsoft.ML.KappaTune.Tests;

namespace Samples.Tests;

/// <summary>Starts a sample as a user would, in a folder of its own with a tiny base model.</summary>
internal sealed class Sample : IDisposable
{
    public Sample() => TinyModel.Write(Folder);

    public TemporaryFolder Folder { get; } = new();

    public string Base => Folder.File("base");

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it wrote.</returns>
    public string Run(string name, params string[] arguments)
    {
        using Process program = Start(name, arguments);
        Task<string> error = program.StandardError.ReadToEndAsync();
        string output = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        Assert.True(program.ExitCode == 0, error.Result);
        return output;
    }

    public Process Start(string name, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
        return Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Writes rows of two columns, and gives the file's path.</summary>
    /// <param name="first">The first column's name: the class comes first where it is <c>Label</c>.</param>
    /// <param name="second">The second column's name.</param>
    public string WriteTexts(string first, string second)
    {
        string[] moods = ["good", "bad"];
        IEnumerable<string> rows = TinyModel.Texts(40, longest: 6).Select(row =>
            first == "Label" ? $"{moods[row.Class]}\t{row.Text}" : $"{row.Text}\t{moods[row.Class]}");
        File.WriteAllLines(Folder.File("texts.tsv"), rows.Prepend($"{first}\t{second}"));
        return Folder.File("texts.tsv");
    }

    public void Dispose() => Folder.Dispose();
}
