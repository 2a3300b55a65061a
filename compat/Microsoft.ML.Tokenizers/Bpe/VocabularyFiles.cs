using System.Text.Json;

namespace Microsoft.ML.Tokenizers;

/// <summary>Reads vocab.json and merges.txt.</summary>
internal static class VocabularyFiles
{
    public static Dictionary<string, int> ReadVocabulary(Stream vocabulary) =>
        JsonSerializer.Deserialize<Dictionary<string, int>>(vocabulary) ?? throw new JsonException("The vocabulary is null.");

    /// <summary>The merges, a line each; a first line that names the version is none.</summary>
    public static List<string> ReadMerges(Stream merges)
    {
        using var reader = new StreamReader(merges, leaveOpen: true);
        var lines = new List<string>();
        bool first = true;
        while (reader.ReadLine() is { } line)
        {
            bool version = first && line.StartsWith("#version", StringComparison.Ordinal);
            first = false;
            if (!version && line.Length > 0)
                lines.Add(line);
        }

        return lines;
    }
}
