using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Inference.LabelWords;

/// <summary>The file beside a language model that says how it classifies by words. Other libraries don't know it.</summary>
internal static class LabelWordFile
{
    public const string Name = "label_words.json";

    private const string Prompt = "prompt", Classes = "classes", Scores = "scores", ClassName = "name", Word = "word";

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="names">The classes' names, in the words' order.</param>
    public static byte[] Write(LabelWordSet labels, IReadOnlyList<string> names)
    {
        JsonNode[] classes =
            [.. names.Zip(labels.Words, (name, word) => new JsonObject { [ClassName] = name, [Word] = word })];
        var root = new JsonObject
        {
            [Prompt] = labels.Template.Template,
            [Scores] = OptionInfo.WordOf(labels.Scores),
            [Classes] = new JsonArray(classes),
        };
        return Encoding.UTF8.GetBytes(root.ToJsonString(Indented));
    }

    /// <summary>Writes the file into a folder, which is there; without content, another model's goes.</summary>
    public static void WriteTo(string folder, byte[]? content)
    {
        string file = Path.Combine(folder, Name);
        if (content is null)
            File.Delete(file);
        else
            AtomicFile.Write(file, stream => stream.Write(content));
    }

    /// <summary>What a folder's file says, and the classes' names; null where it has none.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged.</exception>
    public static (LabelWordSet Labels, string[] Names)? Find(string folder)
    {
        string file = Path.Combine(folder, Name);
        if (!File.Exists(file))
            return null;
        var root = JsonField.Read(file);
        string prompt = root.Get(Prompt).Text(), scores = root.Get(Scores).Text();
        if (PromptTemplate.Problem(prompt) is { } allowed)
            throw root.Get(Prompt).Fault($"it isn't {allowed}");
        WordScores[] known = [.. Enum.GetValues<WordScores>().Where(value => OptionInfo.WordOf(value) == scores)];
        if (known.Length == 0)
            throw root.Get(Scores).Fault($"\"{CheckpointFormatException.Printable(scores)}\" isn't known");
        JsonField[] classes = [.. root.Get(Classes).Items()];
        string[] names = [.. classes.Select(its => its.Get(ClassName).Text())], words = [.. classes.Select(its => its.Get(Word).Text())];
        return words.Length >= 2 && !words.Any(string.IsNullOrWhiteSpace) && words.Distinct().Count() == words.Length
            && names.Distinct().Count() == names.Length
            ? (new LabelWordSet(new PromptTemplate(prompt), words, known[0]), names)
            : throw root.Get(Classes).Fault("there aren't two classes or more, each with a name and a word of its own");
    }
}
