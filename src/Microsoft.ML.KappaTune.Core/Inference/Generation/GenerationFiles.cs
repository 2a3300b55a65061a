using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// Files of a language model's folder that say how it writes, beside its tokenizer's: <c>generation_config.json</c>, and chat templates
/// that have names.
/// </summary>
/// <param name="source">Where they come from, for messages.</param>
/// <param name="content">Their bytes by their paths in the folder, with slashes.</param>
/// <param name="configName">The file that what <c>generation_config.json</c> has is from, for messages.</param>
internal sealed class GenerationFiles(
    string source, IReadOnlyDictionary<string, byte[]> content, string configName = GenerationConfigFields.FileName)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Those of a model that nothing says it of.</summary>
    public static GenerationFiles None { get; } = new("", new Dictionary<string, byte[]>());

    public IReadOnlyDictionary<string, byte[]> Content => content;

    /// <summary>
    /// Reads what there is of them beside a model's weights. In old folders, which have no <c>generation_config.json</c>, its fields are in
    /// <c>config.json</c>. A GGUF file has all in it: what lies beside it is others'.
    /// </summary>
    /// <exception cref="CheckpointFormatException">A file can't be read, or is a link out of the folder.</exception>
    public static GenerationFiles Read(Checkpoint checkpoint)
    {
        if (checkpoint.Gguf is not null)
            return new(checkpoint.Path, new Dictionary<string, byte[]>());
        GenerationFiles files = Read(checkpoint.Folder);
        return files.Config is null && checkpoint.Config is { } config ? files.WithFieldsOf(config) : files;
    }

    /// <summary>Reads what there is of them in a model's folder.</summary>
    /// <exception cref="CheckpointFormatException">A file can't be read, or is a link out of the folder.</exception>
    public static GenerationFiles Read(string folder)
    {
        var found = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (new CheckpointFolder(folder).Find(GenerationConfigFields.FileName) is { } file)
            found.Add(GenerationConfigFields.FileName, TokenizerFiles.ReadFile(file));
        foreach (string template in ChatTemplates.FindNamed(folder))
            found.Add(PathOf(template), TokenizerFiles.ReadFile(template));
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
        return WithConfig(root, configName);
    }

    /// <summary>Writes them into a folder, which is there; those of another model go.</summary>
    public void WriteTo(string folder)
    {
        foreach ((string name, byte[] bytes) in content)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream => stream.Write(bytes));
        }

        string[] known = [GenerationConfigFields.FileName, .. ChatTemplates.FindNamed(folder).Select(PathOf)];
        foreach (string name in known.Where(name => !content.ContainsKey(name)))
            File.Delete(Path.Combine(folder, name));
    }

    private JsonField? Config => content.TryGetValue(GenerationConfigFields.FileName, out byte[]? bytes)
        ? JsonField.Parse(Path.Combine(source, configName), bytes)
        : null;

    private static string PathOf(string template) => $"{ChatTemplates.Folder}/{Path.GetFileName(template)}";

    private GenerationFiles WithFieldsOf(ModelConfig config)
    {
        var root = new JsonObject(
            from field in config.Root.EnumerateObject()
            where GenerationConfigFields.InModelConfig.Contains(field.Name) && field.Value.ValueKind != JsonValueKind.Null
            select KeyValuePair.Create(field.Name, JsonNode.Parse(field.Value.GetRawText())));
        return root.Count > 0 ? WithConfig(root, ModelConfig.FileName) : this;
    }

    /// <param name="file">The name of the file that it is from.</param>
    private GenerationFiles WithConfig(JsonObject config, string file) => new(
        source,
        new Dictionary<string, byte[]>(content, StringComparer.Ordinal)
        {
            [GenerationConfigFields.FileName] = JsonSerializer.SerializeToUtf8Bytes(config, Indented),
        },
        file);

    private IEnumerable<KeyValuePair<string, byte[]>> Templates =>
        content.Where(file => file.Key.StartsWith($"{ChatTemplates.Folder}/", StringComparison.Ordinal));
}
