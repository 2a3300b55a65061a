using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// Files of a language model's folder that say how it writes, beside its tokenizer's: <c>generation_config.json</c>, and chat templates
/// that have names.
/// </summary>
/// <param name="source">Where they come from, for messages.</param>
/// <param name="content">Their bytes by their paths in the folder, with slashes.</param>
internal sealed class GenerationFiles(string source, IReadOnlyDictionary<string, byte[]> content)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public IReadOnlyDictionary<string, byte[]> Content => content;

    /// <summary>Reads what there is of them beside a model's weights. A GGUF file has all in it: what lies beside it is others'.</summary>
    /// <exception cref="CheckpointFormatException">A file can't be read, or is a link out of the folder.</exception>
    public static GenerationFiles Read(Checkpoint checkpoint) =>
        checkpoint.Gguf is null ? Read(checkpoint.Folder) : new(checkpoint.Path, new Dictionary<string, byte[]>());

    /// <summary>Reads what there is of them in a model's folder.</summary>
    /// <exception cref="CheckpointFormatException">A file can't be read, or is a link out of the folder.</exception>
    public static GenerationFiles Read(string folder)
    {
        var found = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (new CheckpointFolder(folder).Find(GenerationConfigFields.FileName) is { } file)
            found.Add(GenerationConfigFields.FileName, TokenizerFiles.ReadFile(file));
        foreach (string template in ChatTemplates.FindNamed(folder))
            found.Add($"{ChatTemplates.Folder}/{Path.GetFileName(template)}", TokenizerFiles.ReadFile(template));
        return new(folder, found);
    }

    /// <summary>How the model writes.</summary>
    /// <param name="modelEndTokens">The end tokens of <c>config.json</c>.</param>
    /// <exception cref="CheckpointFormatException">A field is wrong, or asks for what isn't supported.</exception>
    public GenerationConfig ReadConfig(IReadOnlyList<int> modelEndTokens) => GenerationConfig.Read(Config, modelEndTokens);

    /// <summary>The tokens of which each ends a text, whatever else the files say.</summary>
    /// <exception cref="CheckpointFormatException">They aren't ids.</exception>
    public IReadOnlyList<int> ReadEndTokens(IReadOnlyList<int> modelEndTokens) => GenerationConfig.ReadEndTokens(Config, modelEndTokens);

    /// <summary>The model's chat templates; null where it has none.</summary>
    /// <exception cref="CheckpointFormatException">A template isn't valid.</exception>
    public ChatTemplates? ReadTemplates(TokenizerFiles files) =>
        ChatTemplates.Read(files, Templates.Select(file => (Path.Combine(source, file.Key), file.Value)));

    /// <summary>The tokenizer's files, and the templates that have names with them.</summary>
    public TokenizerFiles AddTemplates(TokenizerFiles files) =>
        new(files.Source, files.Content.Concat(Templates).ToDictionary(StringComparer.Ordinal));

    /// <summary>The same files, but that each of these tokens ends a text as well.</summary>
    /// <param name="modelEndTokens">The end tokens of <c>config.json</c>.</param>
    public GenerationFiles WithEndTokens(IEnumerable<int> tokens, IReadOnlyList<int> modelEndTokens)
    {
        IReadOnlyList<int> known = ReadEndTokens(modelEndTokens);
        int[] all = [.. known.Union(tokens)];
        if (all.Length == known.Count)
            return this;
        JsonObject root = Config is { } config ? JsonObject.Create(config.Element)! : [];
        root[GenerationConfig.EndTokensField] = all is [var only] ? only : new JsonArray([.. all.Select(token => JsonValue.Create(token))]);
        return new(source, new Dictionary<string, byte[]>(content, StringComparer.Ordinal)
        {
            [GenerationConfigFields.FileName] = JsonSerializer.SerializeToUtf8Bytes(root, Indented),
        });
    }

    /// <summary>Writes them into a folder, which is there.</summary>
    public void WriteTo(string folder)
    {
        foreach ((string name, byte[] bytes) in content)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream => stream.Write(bytes));
        }
    }

    private JsonField? Config => content.TryGetValue(GenerationConfigFields.FileName, out byte[]? bytes)
        ? JsonField.Parse(Path.Combine(source, GenerationConfigFields.FileName), bytes)
        : null;

    private IEnumerable<KeyValuePair<string, byte[]>> Templates =>
        content.Where(file => file.Key.StartsWith($"{ChatTemplates.Folder}/", StringComparison.Ordinal));
}
