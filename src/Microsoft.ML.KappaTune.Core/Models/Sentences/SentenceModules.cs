using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>How a sentence encoder's folder makes a vector of a text, where sentence-transformers wrote it.</summary>
internal static class SentenceModules
{
    /// <summary>The modules that a text goes through.</summary>
    public const string FileName = "modules.json";

    /// <summary>What to do about a module that isn't supported, where vectors are made.</summary>
    public const string NameThePooling =
        "Name the pooling in the option Pooling, which takes the encoder's vectors without that module, or use another sentence encoder.";

    private const string Longest = "max_seq_length", LowerCase = "do_lower_case", Prompt = "default_prompt_name";

    /// <summary>The pooling that a folder names; null where it isn't a sentence encoder's.</summary>
    /// <param name="remedy">What to do about a module that isn't supported: a sentence.</param>
    /// <exception cref="CheckpointFormatException">
    /// A file is damaged, names a pooling that isn't supported, or another module that changes vectors in other ways than by their length.
    /// </exception>
    public static EmbeddingPooling? FindPooling(string folder, string remedy = NameThePooling)
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
                    throw new CheckpointFormatException(path, $"the module {type} in \"{place}\" isn't supported", remedy, field: "type");
            }
        }

        return pooling;
    }

    /// <summary>Tokens of the longest text that the encoder is meant for; null where the folder doesn't say.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged.</exception>
    public static int? FindMaxLength(string folder)
    {
        const int Minimum = 4;
        if (Setting(folder, SentenceEncoderFields.SettingsFile, Longest, out string path) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int length) && length >= Minimum
            ? length
            : throw new CheckpointFormatException(path, $"it isn't a whole number of {Minimum} or more", JsonFile.Remedy, field: Longest);
    }

    /// <summary>
    /// Refuses a folder whose sentence encoder sees other texts than it is given: in lower case although its tokenizer keeps capitals, or
    /// with a prompt before them.
    /// </summary>
    /// <exception cref="CheckpointFormatException">It is such a folder, or a file is damaged.</exception>
    public static void RequireTextsAsTheyAre(string folder, HuggingFaceTokenizer tokenizer)
    {
        if (Setting(folder, SentenceEncoderFields.SettingsFile, LowerCase, out string settings) is { ValueKind: not JsonValueKind.False }
            && tokenizer.KeepsCapitals)
        {
            throw new CheckpointFormatException(
                settings, "texts in lower case before a tokenizer that keeps capitals aren't supported",
                "Set it to false, and make texts lower-case before they come here, with NormalizeText say.", field: LowerCase);
        }

        if (Setting(folder, SentenceEncoderFields.EncoderFile, Prompt, out string encoder) is { } name)
        {
            throw new CheckpointFormatException(
                encoder, $"the prompt {CheckpointFormatException.Printable(name.ToString())} before every text isn't supported",
                "Set it to null, and put the prompt before texts where it belongs.", field: Prompt);
        }
    }

    private static JsonElement? Setting(string folder, string file, string name, out string path)
    {
        path = Path.Combine(folder, file);
        return File.Exists(path) && JsonFile.ReadObject(path).TryGetProperty(name, out JsonElement value)
            && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
    }

    private static string TextOf(string path, JsonElement module, string name) =>
        module.ValueKind == JsonValueKind.Object && module.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new CheckpointFormatException(path, "a module has no such text", JsonFile.Remedy, field: name);
}
