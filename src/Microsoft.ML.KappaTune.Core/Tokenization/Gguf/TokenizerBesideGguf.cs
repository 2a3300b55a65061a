namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// The <c>tokenizer.json</c> in a GGUF file's folder. It counts where the file's own metadata don't say how a text is split into words, or
/// name a way that isn't known; its tokens must be the file's.
/// </summary>
internal static class TokenizerBesideGguf
{
    public const string Remedy = "Put the model's tokenizer.json, from the repository of its safetensors checkpoint, into the GGUF file's "
        + "folder: it says how. Or take that checkpoint, or another GGUF file.";

    /// <summary>Its path; null where the file itself will do, or nothing is there.</summary>
    public static string? Find(GgufMetadata metadata)
    {
        bool isByteLevel = metadata.FindText(GgufTokenizer.ModelKey) == GgufTokenizer.ByteLevel;
        bool isKnown = metadata.FindText(GgufTokenizer.PreKey) is { } name && GgufPreTokenizer.Find(name) is not null;
        return isByteLevel && !isKnown
            ? new CheckpointFolder(Path.GetDirectoryName(Path.GetFullPath(metadata.File))!).Find(TokenizerFiles.TokenizerJson)
            : null;
    }

    /// <param name="tokens">The file's tokens by their ids.</param>
    /// <exception cref="CheckpointFormatException">It isn't valid JSON, or has other tokens.</exception>
    public static byte[] Read(string path, GgufMetadata metadata, IReadOnlyList<string> tokens)
    {
        foreach ((string token, int id) in TokensOf(JsonFile.ReadObject(path)))
        {
            if (id < 0 || id >= tokens.Count || tokens[id] != token)
            {
                throw new CheckpointFormatException(
                    path, $"its token \"{CheckpointFormatException.Printable(token)}\" with the id {id} isn't one of {metadata.File}",
                    "Take the tokenizer.json of the same model.", field: "model.vocab");
            }
        }

        return TokenizerFiles.ReadFile(path);
    }

    /// <summary>What has the form of a token; whatever else is wrong is said where the tokenizer is made.</summary>
    private static IEnumerable<(string Token, int Id)> TokensOf(JsonElement root)
    {
        if (root.TryGetProperty("model", out JsonElement model) && model.ValueKind == JsonValueKind.Object
            && model.TryGetProperty("vocab", out JsonElement vocabulary) && vocabulary.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty token in vocabulary.EnumerateObject())
            {
                if (token.Value.ValueKind == JsonValueKind.Number && token.Value.TryGetInt32(out int id))
                    yield return (token.Name, id);
            }
        }

        if (!root.TryGetProperty("added_tokens", out JsonElement added) || added.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (JsonElement token in added.EnumerateArray().Where(token => token.ValueKind == JsonValueKind.Object))
        {
            if (token.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String
                && token.TryGetProperty("id", out JsonElement number) && number.ValueKind == JsonValueKind.Number
                && number.TryGetInt32(out int id))
                yield return (content.GetString()!, id);
        }
    }
}
