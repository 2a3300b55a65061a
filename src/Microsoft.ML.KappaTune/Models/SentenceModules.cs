using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>How a sentence encoder's folder makes a vector of a text, where sentence-transformers wrote it.</summary>
internal static class SentenceModules
{
    /// <summary>The modules that a text goes through, and how the first of them is set.</summary>
    private const string FileName = "modules.json", SettingsName = "sentence_bert_config.json";

    private const string Longest = "max_seq_length", Remedy =
        "Name the pooling in the option Pooling, which takes the encoder's vectors without that module, or use another sentence encoder.";

    /// <summary>The pooling that a folder names; null where it isn't a sentence encoder's.</summary>
    /// <exception cref="CheckpointFormatException">
    /// A file is damaged, names a pooling that isn't supported, or another module that changes vectors in other ways than by their length.
    /// </exception>
    public static EmbeddingPooling? FindPooling(string folder)
    {
        EmbeddingPooling? pooling = PoolingConfig.Find(folder);
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return pooling;
        foreach (JsonElement module in JsonFile.ReadArray(path).EnumerateArray())
        {
            string type = TextOf(path, module, "type"), place = TextOf(path, module, "path");
            switch (type[(type.LastIndexOf('.') + 1)..])
            {
                // A unit length is an option here, and dropout is for training.
                case "Transformer" or "Normalize" or "Dropout":
                    break;
                case "Pooling" when place == PoolingConfig.Folder:
                    if (pooling is null)
                    {
                        throw new CheckpointFormatException(
                            path, $"the file {PoolingConfig.FileName} that it needs is missing",
                            "Take it from the model's repository as well, or name the pooling in the option Pooling.");
                    }

                    break;
                default:
                    throw new CheckpointFormatException(path, $"the module {type} in \"{place}\" isn't supported", Remedy, field: "type");
            }
        }

        return pooling;
    }

    /// <summary>Tokens of the longest text that the encoder is meant for; null where the folder doesn't say.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged.</exception>
    public static int? FindMaxLength(string folder)
    {
        const int Least = 4;
        string path = Path.Combine(folder, SettingsName);
        if (!File.Exists(path) || !JsonFile.ReadObject(path).TryGetProperty(Longest, out JsonElement value)
            || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int length) && length >= Least
            ? length
            : throw new CheckpointFormatException(path, $"it isn't a whole number of {Least} or more", JsonFile.Remedy, field: Longest);
    }

    private static string TextOf(string path, JsonElement module, string name) =>
        module.ValueKind == JsonValueKind.Object && module.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new CheckpointFormatException(path, "a module has no such text", JsonFile.Remedy, field: name);
}
