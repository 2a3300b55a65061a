using System.Runtime.CompilerServices;

namespace Samples.Tests;

/// <summary>The C# that the documents show is code of a sample or of a test beside this, so that it is compiled and run.</summary>
public class SnippetTests
{
    private const string Fence = "```csharp\n", End = "\n```";

    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));

    public static TheoryData<string> Documents => new(
        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "src"), "README.md", SearchOption.AllDirectories))
            .Append(Path.Combine(Root, "README.md"))
            .Where(file => File.ReadAllText(file).Contains(Fence)).Select(file => Path.GetRelativePath(Root, file)));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_block_of_code_is_compiled(string document)
    {
        string[] programs =
        [
            .. Directory.EnumerateFiles(Path.Combine(Root, "samples"), "*.cs", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Path.GetDirectoryName(Here())!, "*.cs")).Select(Read),
        ];
        string[] blocks = Read(Path.Combine(Root, document)).Split(Fence)[1..];
        Assert.All(blocks, block => Assert.Contains(programs, program => program.Contains(block[..block.IndexOf(End)])));
    }

    /// <summary>A file's text without the indentation, which is another in a method.</summary>
    private static string Read(string file) => string.Join('\n', File.ReadLines(file).Select(line => line.TrimStart()));

    private static string Here([CallerFilePath] string file = "") => file;
}
