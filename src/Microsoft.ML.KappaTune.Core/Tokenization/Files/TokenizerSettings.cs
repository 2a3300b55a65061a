using System.Globalization;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// What the small files beside the vocabulary say: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, and the model's type.
/// </summary>
internal sealed class TokenizerSettings
{
    /// <summary>Fields of the model's configuration that are about its tokenizer.</summary>
    public const string TypeField = "model_type", ClassField = "tokenizer_class";

    private const string AddedTokensDecoder = "added_tokens_decoder";

    /// <summary>
    /// The classes, and the families that have them, that lower-case and split as BERT's does, as their configuration says.
    /// </summary>
    private static readonly string[]
        BertClasses =
        [
            "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "ConvBertTokenizer", "MPNetTokenizer",
            "FunnelTokenizer", "LxmertTokenizer", "LayoutLMTokenizer", "SqueezeBertTokenizer", "SplinterTokenizer", "RetriBertTokenizer",
            "DPRQuestionEncoderTokenizer", "DPRContextEncoderTokenizer", "DPRReaderTokenizer", "RealmTokenizer",
        ],
        BertFamilies =
        [
            "bert", "distilbert", "electra", "mobilebert", "convbert", "mpnet", "funnel", "lxmert", "layoutlm", "squeezebert", "splinter",
            "retribert", "dpr", "realm",
        ];

    private readonly JsonField? _config;
    private readonly string? _classFile;

    public TokenizerSettings(TokenizerFiles files)
    {
        _config = Parse(files, TokenizerFiles.TokenizerConfig);
        if (_config is { } given)
            TokenizerConfigFields.Config.Check(given.File, given.Element);
        JsonField? model = Parse(files, ModelConfig.FileName);
        ModelType = model?.Find(TypeField)?.Text();
        JsonField? named = _config?.Find(ClassField) ?? model?.Find(ClassField);
        _classFile = named?.File;
        string? name = named?.Text();
        TokenizerClass = name?.EndsWith("Fast", StringComparison.Ordinal) == true ? name[..^"Fast".Length] : name;
        AddedTokens = [.. (_config?.Find(AddedTokensDecoder)?.Members() ?? []).Select(member => ReadAdded(member.Name, member.Value))];
        bool isListed = AddedTokens.Count > 0;
        JsonField? map = Parse(files, TokenizerFiles.SpecialTokensMap);
        // Where the configuration lists the added tokens, it alone counts; before that was written, the map came first.
        JsonField?[] sources = isListed ? [_config] : [map, _config];
        Special = new SpecialTokens(SpecialTokens.Roles
            .Select(role => (role, token: sources.Select(source => Role(source, role)).FirstOrDefault(token => token is not null)))
            .Where(entry => entry.token is not null)
            .Select(entry => KeyValuePair.Create(entry.role, entry.token!)),
            sources.SelectMany(Others));
        // And in a file of their own, where there was no tokenizer.json to hold them.
        if (!isListed && !files.Has(TokenizerFiles.TokenizerJson) && Parse(files, TokenizerFiles.AddedTokensJson) is { } added)
            AddedTokens = [.. added.Members().Select(member => new AddedToken(member.Value.Whole(), member.Name))];
    }

    /// <summary>The model's family, such as <c>bert</c>, or null.</summary>
    public string? ModelType { get; }

    /// <summary>The class of the tokenizer without "Fast", such as <c>BertTokenizer</c>, or null.</summary>
    public string? TokenizerClass { get; }

    /// <summary>Whether <c>do_lower_case</c>, <c>strip_accents</c> and <c>tokenize_chinese_chars</c> mean anything to the class.</summary>
    public bool SplitsAsBert => TokenizerClass is { } given
        ? BertClasses.Contains(given)
        : ModelType is null || BertFamilies.Contains(ModelType);

    /// <summary>Tokens of the longest text; null where it isn't said, or where it is said that there is no limit.</summary>
    public int? MaxLength => LengthField?.MaximumTokens();

    /// <summary>Whether <see cref="MaxLength"/> was said, be it that there is none.</summary>
    public bool SaysMaxLength => LengthField is not null;

    /// <summary>Whether what is too long loses its beginning; null where it isn't said.</summary>
    public bool? TruncatesLeft => _config?.Find("truncation_side") is not { } side ? null : side.Text() switch
    {
        "left" => true,
        "right" => false,
        _ => throw side.Fault("it is neither left nor right"),
    };

    /// <summary>Whether the model is told to which of two texts a token belongs.</summary>
    public bool HasTypes =>
        _config?.Find("model_input_names") is not { } names || names.Items().Any(name => name.Text() == "token_type_ids");

    public SpecialTokens Special { get; }

    /// <summary>Tokens with ids that the configuration lists beside the vocabulary's.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>A setting that is true, false, or not given.</summary>
    public bool? Flag(string name) => _config?.Find(name)?.Flag();

    /// <summary>The length under its name, or under the one that it had before.</summary>
    private JsonField? LengthField => _config?.Find("model_max_length") ?? _config?.Find("max_len");

    /// <summary>Whether a setting is there, be it null.</summary>
    public bool Says(string name) => _config?.Has(name) ?? false;

    /// <summary>Refuses a class or family, naming the file that says so.</summary>
    public CheckpointFormatException Refuse(TokenizerFiles files, string vocabulary)
    {
        string file = _classFile ?? files.PathOf(ModelConfig.FileName);
        string? field = TokenizerClass is not null ? ClassField : ModelType is not null ? TypeField : null;
        string what = TokenizerClass ?? ModelType ?? "a model of an unknown type";
        return new CheckpointFormatException(
            file,
            $"{what} isn't known to go with {vocabulary}",
            "In Python, load the tokenizer with AutoTokenizer and save_pretrained it, and pass that folder with its tokenizer.json.",
            field: field);
    }

    private static JsonField? Parse(TokenizerFiles files, string name) =>
        files.Content.TryGetValue(name, out byte[]? bytes) ? JsonField.Parse(files.PathOf(name), bytes) : null;

    private static AddedToken? Role(JsonField? source, string role) => source?.Find(role) is { } node ? Token(node) : null;

    /// <summary>A token as its text, or as an object of its properties.</summary>
    private static AddedToken Token(JsonField node) => node.Kind == JsonValueKind.String
        ? SpecialTokens.Named(node.Text())
        : AddedToken.Read(node, id: -1) with { Special = true };

    /// <summary>Special tokens without a role: a list, or an object in which each has a name.</summary>
    private static IEnumerable<AddedToken> Others(JsonField? source)
    {
        foreach (string field in (string[])["additional_special_tokens", "extra_special_tokens"])
        {
            if (source?.Find(field) is not { } tokens)
                continue;
            IEnumerable<JsonField> items =
                tokens.Kind == JsonValueKind.Array ? tokens.Items() : tokens.Members().Select(member => member.Value);
            foreach (JsonField token in items)
                yield return Token(token);
        }
    }

    private static AddedToken ReadAdded(string id, JsonField node) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? AddedToken.Read(node, number)
            : throw node.Fault("its name isn't an id");
}
