using System.Globalization;
using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// What the small files beside the vocabulary say: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, and the
/// model's type.
/// </summary>
internal sealed class TokenizerSettings
{
    private const string AddedTokensDecoder = "added_tokens_decoder";

    private readonly JsonField? _config;

    public TokenizerSettings(TokenizerFiles files)
    {
        _config = Parse(files, TokenizerFiles.TokenizerConfig);
        ModelType = Parse(files, ModelConfig.FileName)?.Find("model_type")?.Text();
        AddedTokens = [.. (_config?.Find(AddedTokensDecoder)?.Members() ?? []).Select(member => ReadAdded(member.Name, member.Value))];
        bool isListed = AddedTokens.Count > 0;
        JsonField? map = Parse(files, TokenizerFiles.SpecialTokensMap);
        // Where the configuration lists the added tokens, it alone counts; before that was written, the map came first.
        JsonField?[] sources = isListed ? [_config] : [map, _config];
        Special = new SpecialTokens(SpecialTokens.Roles
            .Select(role => (role, token: sources.Select(source => Role(source, role)).FirstOrDefault(token => token is not null)))
            .Where(entry => entry.token is not null)
            .Select(entry => KeyValuePair.Create(entry.role, entry.token!)));
        // And in a file of their own, where there was no tokenizer.json to hold them.
        if (!isListed && !files.Has(TokenizerFiles.TokenizerJson) && Parse(files, TokenizerFiles.AddedTokensJson) is { } added)
            AddedTokens = [.. added.Members().Select(member => new AddedToken(member.Value.Whole(), member.Name))];
    }

    /// <summary>The model's family, such as <c>bert</c>, or null.</summary>
    public string? ModelType { get; }

    /// <summary>The class of the tokenizer without "Fast", such as <c>BertTokenizer</c>, or null.</summary>
    public string? TokenizerClass => _config?.Find("tokenizer_class")?.Text() is { } name && name.EndsWith("Fast", StringComparison.Ordinal)
        ? name[..^4]
        : _config?.Find("tokenizer_class")?.Text();

    public SpecialTokens Special { get; }

    /// <summary>Tokens with ids that the configuration lists beside the vocabulary's.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>A setting that is true, false, or not given.</summary>
    public bool? Flag(string name) => _config?.Find(name)?.Flag();

    /// <summary>Refuses a class or family, naming the file that says so.</summary>
    public CheckpointFormatException Refuse(TokenizerFiles files, string vocabulary)
    {
        string file = files.PathOf(TokenizerClass is not null ? TokenizerFiles.TokenizerConfig : ModelConfig.FileName);
        string? field = TokenizerClass is not null ? "tokenizer_class" : ModelType is not null ? "model_type" : null;
        string what = TokenizerClass ?? ModelType ?? "a model of an unknown type";
        return new CheckpointFormatException(
            file,
            $"{what} isn't known to go with {vocabulary}",
            "In Python, load the tokenizer with AutoTokenizer and save_pretrained it, and pass that folder with its tokenizer.json.",
            field: field);
    }

    private static JsonField? Parse(TokenizerFiles files, string name) =>
        files.Content.TryGetValue(name, out byte[]? bytes) ? JsonField.Parse(files.PathOf(name), bytes) : null;

    private static AddedToken? Role(JsonField? source, string role)
    {
        if (source?.Find(role) is not { } node)
            return null;
        return node.Kind == JsonValueKind.String
            ? SpecialTokens.Named(node.Text())
            : AddedTokenReader.Read(node, id: -1) with { Special = true };
    }

    private static AddedToken ReadAdded(string id, JsonField node) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? AddedTokenReader.Read(node, number)
            : throw node.Fault("its name isn't an id");
}
