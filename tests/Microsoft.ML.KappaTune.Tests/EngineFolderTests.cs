using System.Reflection;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>Arrows point one way: what reads, measures, selects and trains doesn't know ML.NET, nor our own layers that do.</summary>
public class EngineFolderTests
{
    private static readonly string[] EngineFolders =
        ["Compute", "Checkpoints", "Spectra", "Selection", "Tokenization", "Models", "Tuning", "Pretraining"];

    private static readonly Assembly Library = typeof(KappaSelection).Assembly;

    [Fact]
    public void Engine_types_refer_to_engine_types_only()
    {
        Dictionary<string, string> folders = FolderOfTypes();
        Type[] engine = [.. Library.GetTypes().Where(type => IsEngine(Outermost(type)))];
        Assert.True(engine.Length > 20, "the engine's types weren't found");

        string[] wrong = [.. engine
            .SelectMany(type => TypeReferences.Of(type).Where(reference => IsForeign(type, reference)).Select(reference => $"{type} refers to {reference}"))
            .Distinct().Order(StringComparer.Ordinal)];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));

        bool IsEngine(Type type) => folders.TryGetValue(type.Name, out string? folder) && EngineFolders.Contains(folder);

        bool IsForeign(Type type, Type reference) => reference.Assembly == Library
            // What the compiler makes for all, such as helpers for constant arrays, is in no folder.
            ? folders.ContainsKey(Outermost(reference).Name) && !IsEngine(Outermost(reference))
            : $"{reference.Assembly.GetName().Name}.".StartsWith("Microsoft.ML.", StringComparison.Ordinal)
                // A tokenizer is one of Microsoft.ML.Tokenizers, which doesn't know ML.NET either.
                && !(folders[Outermost(type).Name] == "Tokenization" && reference.Assembly.GetName().Name == "Microsoft.ML.Tokenizers");
    }

    [Fact]
    public void References_are_found_wherever_they_are()
    {
        Assert.Contains(typeof(MLContext), TypeReferences.Of(typeof(InField)));
        Assert.Contains(typeof(IDataView), TypeReferences.Of(typeof(InSignature)));
        Assert.Contains(typeof(MLContext), TypeReferences.Of(typeof(InBody)));
        Assert.DoesNotContain(typeof(MLContext), TypeReferences.Of(typeof(InSignature)));
    }

    /// <summary>The folder of every type, by the name of its file: a type a file, and its helpers in it.</summary>
    private static Dictionary<string, string> FolderOfTypes()
    {
        string root = SourceRoot();
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        HashSet<string> names = [.. Library.GetTypes().Where(type => !type.IsNested).Select(type => type.Name)];
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0];
            string name = Path.GetFileName(file).Split('.')[0];
            if (names.Contains(name))
                folders[name] = folder;
        }

        // The other types of a file are named by their namespace.
        const string Prefix = "Microsoft.ML.KappaTune.";
        foreach (Type type in Library.GetTypes())
        {
            if (!type.IsNested && type.Namespace?.StartsWith(Prefix, StringComparison.Ordinal) == true)
                folders.TryAdd(type.Name, type.Namespace[Prefix.Length..]);
        }

        return folders;
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static string SourceRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../src/Microsoft.ML.KappaTune"));

    private sealed class InField
    {
        public MLContext? Context = null;
    }

    private interface InSignature
    {
        List<IDataView[]> Views();
    }

    private sealed class InBody
    {
        public object Make() => new MLContext();
    }
}
