using System.Reflection;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>Arrows point one way: a room of the engine (a folder of its project) refers only to rooms before it in the order.</summary>
public class EngineFolderTests
{
    private static readonly string[] Rooms =
    [
        // Spectra knows matrices and no checkpoint; Selection knows scores and no model.
        "Compute", "Spectra", "IO", "Options", "Checkpoints", "Selection", "Tokenization", "Audio", "Layers", "Models", "Fusion",
        "Scanning",
        "Adapters", "Inference", "Retention", "Training", "Tasks",
    ];

    private static readonly Assembly Engine = typeof(KappaSelection).Assembly;

    [Fact]
    public void A_room_refers_only_to_rooms_before_it()
    {
        Dictionary<Type, string> rooms = RoomOfTypes();
        Assert.True(rooms.Count > 200, "the engine's types weren't found");
        Assert.Empty(
            rooms.Where(type => !Rooms.Contains(type.Value)).Select(type => $"{type.Key} is in {type.Value}, which isn't in the order"));

        string[] wrong = [.. Engine.GetTypes().Where(type => rooms.ContainsKey(Outermost(type)))
            .SelectMany(type => TypeReferences.Of(type).Where(other => other.Assembly == Engine).Select(
                other => (Outermost(type), Outermost(other))))
            .Where(pair => rooms.TryGetValue(pair.Item2, out string? other) && Place(other) > Place(rooms[pair.Item1]))
            .Select(pair => $"{rooms[pair.Item1]}/{pair.Item1.Name} -> {rooms[pair.Item2]}/{pair.Item2.Name}")
            .Distinct().Order(StringComparer.Ordinal)];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));

        static int Place(string room) => Array.IndexOf(Rooms, room);
    }

    [Fact]
    public void References_are_found_wherever_they_are()
    {
        Assert.Contains(typeof(MLContext), TypeReferences.Of(typeof(InField)));
        Assert.Contains(typeof(IDataView), TypeReferences.Of(typeof(InSignature)));
        Assert.Contains(typeof(MLContext), TypeReferences.Of(typeof(InBody)));
        Assert.DoesNotContain(typeof(MLContext), TypeReferences.Of(typeof(InSignature)));
    }

    /// <summary>
    /// The room of every type: the folder of the file that has its name, else, for another type of a file, its namespace.
    /// </summary>
    private static Dictionary<Type, string> RoomOfTypes()
    {
        string root = SourceRoot();
        ILookup<string, string> folders = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .ToLookup(
                file => Path.GetFileName(file).Split('.')[0], file => file.Split(Path.DirectorySeparatorChar)[0], StringComparer.Ordinal);

        const string Prefix = "Microsoft.ML.KappaTune.";
        var rooms = new Dictionary<Type, string>();
        foreach (Type type in Engine.GetTypes().Where(type => !type.IsNested))
        {
            if (folders[type.Name.Split('`')[0]].FirstOrDefault() is { } folder)
                rooms[type] = folder;
            else if (type.Namespace?.StartsWith(Prefix, StringComparison.Ordinal) == true)
                rooms[type] = type.Namespace[Prefix.Length..].Split('.')[0];
        }

        return rooms;
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static string SourceRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../src/Microsoft.ML.KappaTune.Core"));

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
