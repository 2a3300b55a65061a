using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The bytes of a model's tokenizer files by name, so that a model's <c>.zip</c> can carry them.</summary>
/// <param name="source">Where they come from, for messages.</param>
internal sealed class TokenizerFiles(string source, IReadOnlyDictionary<string, byte[]> content)
{
    public const string TokenizerJson = TokenizerJsonFields.FileName, TokenizerConfig = TokenizerConfigFields.ConfigFile,
        SpecialTokensMap = TokenizerConfigFields.SpecialTokensMapFile, VocabTxt = "vocab.txt", VocabJson = "vocab.json",
        MergesTxt = "merges.txt", AddedTokensJson = "added_tokens.json", ChatTemplate = "chat_template.jinja";

    /// <summary>The names that SentencePiece models go by.</summary>
    public static readonly string[] SentencePieceModels = ["tokenizer.model", "sentencepiece.bpe.model", "spiece.model"];

    // One of these has a vocabulary.
    private static readonly string[] Vocabularies = [TokenizerJson, VocabTxt, VocabJson, .. SentencePieceModels];

    // The largest real vocabularies have some tens of megabytes.
    private const long MaxLength = 100_000_000;

    private static readonly string[] Names =
        [
            TokenizerJson, TokenizerConfig, SpecialTokensMap, AddedTokensJson, VocabTxt, VocabJson, MergesTxt, ChatTemplate,
            .. SentencePieceModels,
        ];

    public string Source => source;

    /// <summary>The bytes by file name; <c>config.json</c> holds the model's type, and its tokenizer's class where it says one.</summary>
    public IReadOnlyDictionary<string, byte[]> Content => content;

    /// <summary>A SHA-256, as hexadecimal digits, over the files' names and bytes.</summary>
    public string ComputeHash() => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ListHashes())));

    /// <summary>A line for each file, in the order of their names: a line feed, the name, a space and the SHA-256 of its bytes.</summary>
    public string ListHashes() => string.Concat(Content.OrderBy(file => file.Key, StringComparer.Ordinal)
        .Select(file => $"\n{file.Key} {Convert.ToHexString(SHA256.HashData(file.Value))}"));

    /// <summary>Reads what there is of them beside a model's weights, or in its GGUF file.</summary>
    /// <exception cref="CheckpointFormatException">There is no vocabulary, or a file can't be read.</exception>
    public static TokenizerFiles Read(Checkpoint checkpoint) =>
        checkpoint.Gguf is { } gguf ? GgufTokenizer.Read(gguf) : Read(checkpoint.Folder, checkpoint.Config);

    /// <summary>Reads what there is of them in a model's folder.</summary>
    /// <exception cref="CheckpointFormatException">There is no vocabulary, or a file can't be read.</exception>
    public static TokenizerFiles Read(string folder, ModelConfig? config)
    {
        var found = new CheckpointFolder(folder);
        var content = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string name in Names)
        {
            if (found.Find(name) is { } path)
                content.Add(name, ReadFile(path));
        }

        if (config is not null && FactsOf(config) is { Count: > 0 } facts)
            content.Add(ModelConfig.FileName, JsonSerializer.SerializeToUtf8Bytes(facts));

        var files = new TokenizerFiles(folder, content);
        if (!Vocabularies.Any(files.Has))
        {
            throw new CheckpointFormatException(
                folder,
                $"the folder has no tokenizer: no {TokenizerJson}, no {VocabTxt}, no {VocabJson} and no {SentencePieceModels[0]}",
                "Take the tokenizer's files from the model's repository as well.");
        }

        return files;
    }

    /// <summary>Whether a folder has a vocabulary.</summary>
    /// <exception cref="CheckpointFormatException">A file is a link out of the folder.</exception>
    public static bool AreIn(string folder)
    {
        var found = new CheckpointFolder(folder);
        return Vocabularies.Any(name => found.Find(name) is not null);
    }

    public bool Has(string name) => Content.ContainsKey(name);

    /// <summary>The name of the SentencePiece model among the files, or null.</summary>
    public string? SentencePieceName => SentencePieceModels.FirstOrDefault(Has);

    /// <summary>Where a file is or was, for messages.</summary>
    public string PathOf(string name) => Path.Combine(Source, name);

    /// <summary>
    /// Writes the files into a folder; a <c>config.json</c> that is there stays, as it says more, and what another tokenizer had besides
    /// goes: it would be read in place of these.
    /// </summary>
    public void WriteTo(string folder)
    {
        foreach ((string name, byte[] bytes) in Content)
        {
            string path = Path.Combine(folder, name);
            if (name != ModelConfig.FileName || !File.Exists(path))
                AtomicFile.Write(path, stream => stream.Write(bytes));
        }

        foreach (string name in Names.Where(name => !Has(name)))
            File.Delete(Path.Combine(folder, name));
    }

    /// <summary>What the model's configuration says about its tokenizer.</summary>
    private static Dictionary<string, string> FactsOf(ModelConfig config)
    {
        var facts = new Dictionary<string, string>();
        if (config.ModelType is { } type)
            facts.Add(TokenizerSettings.TypeField, type);
        if (config.Root.TryGetProperty(TokenizerSettings.ClassField, out JsonElement name) && name.ValueKind == JsonValueKind.String)
            facts.Add(TokenizerSettings.ClassField, name.GetString()!);
        return facts;
    }

    /// <exception cref="CheckpointFormatException">It can't be read, or is too large.</exception>
    public static byte[] ReadFile(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            return length <= MaxLength
                ? File.ReadAllBytes(path)
                : throw new CheckpointFormatException(
                    path, $"the file has {length} bytes, more than the limit of {MaxLength}", JsonFile.Remedy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CheckpointFormatException.Unreadable(path, e);
        }
    }
}
