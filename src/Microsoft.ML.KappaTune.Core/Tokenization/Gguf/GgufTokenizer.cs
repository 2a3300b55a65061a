using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// The tokenizer in a GGUF file's metadata, as the files that Hugging Face has for it: byte-level BPE, and SentencePiece's BPE. The chat
/// template goes with it.
/// </summary>
internal sealed class GgufTokenizer
{
    public const string Prefix = "tokenizer.ggml.", ModelKey = Prefix + "model", PreKey = Prefix + "pre", TokensKey = Prefix + "tokens",
        TypesKey = Prefix + "token_type", MergesKey = Prefix + "merges", ScoresKey = Prefix + "scores",
        BeginsKey = Prefix + "add_bos_token", EndsKey = Prefix + "add_eos_token", SpaceKey = Prefix + "add_space_prefix",
        ChatKey = "tokenizer.chat_template", ChatNamesKey = "tokenizer.chat_templates",
        ByteLevel = "gpt2", SentencePiece = "llama";

    private const string FromElsewhere = "Take the model's safetensors checkpoint with its tokenizer.json, or another GGUF file.";
    private const char Space = '\u2581';

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Key, string Role)[] Roles =
    [
        ("bos", SpecialTokens.Begin), ("eos", SpecialTokens.End), ("unknown", SpecialTokens.Unknown),
        ("seperator", SpecialTokens.Separator), ("separator", SpecialTokens.Separator), ("padding", SpecialTokens.Pad),
        ("mask", SpecialTokens.Mask), ("cls", SpecialTokens.Classification),
    ];

    private readonly GgufMetadata _metadata;
    private readonly string[] _tokens;
    private readonly int[] _types;

    private GgufTokenizer(GgufMetadata metadata)
    {
        _metadata = metadata;
        _tokens = metadata.FindTexts(TokensKey) ?? throw metadata.Fault(TokensKey, "it is missing");
        _types = metadata.FindIntegers(TypesKey) ?? [.. Enumerable.Repeat((int)GgufTokenType.Normal, _tokens.Length)];
        if (_types.Length != _tokens.Length)
            throw metadata.Fault(TypesKey, $"there are {_types.Length} types of {_tokens.Length} tokens");
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (int id = 0; id < _tokens.Length; id++)
        {
            if (!known.Add(_tokens[id]))
                throw metadata.Fault(TokensKey, $"\"{CheckpointFormatException.Printable(_tokens[id])}\" is there twice");
        }
    }

    /// <summary>The files, as they would lie beside a model.</summary>
    /// <exception cref="CheckpointFormatException">There is no tokenizer, or one of a kind that isn't known.</exception>
    public static TokenizerFiles Read(GgufModel model)
    {
        var tokenizer = new GgufTokenizer(model.Metadata);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [TokenizerFiles.TokenizerJson] = TokenizerBesideGguf.Find(model.Metadata) is { } beside
                ? TokenizerBesideGguf.Read(beside, model.Metadata, tokenizer._tokens)
                : Bytes(tokenizer.TokenizerJson()),
            [TokenizerFiles.TokenizerConfig] = Bytes(tokenizer.Config()),
            [ModelConfig.FileName] = Bytes(new() { [TokenizerSettings.TypeField] = model.Config.ModelType }),
        };
        return new(model.Metadata.File, files);

        static byte[] Bytes(JsonObject root) => JsonSerializer.SerializeToUtf8Bytes(root, Readable);
    }

    private JsonObject TokenizerJson() => _metadata.Text(ModelKey) switch
    {
        ByteLevel => ByteLevelJson(),
        SentencePiece => SentencePieceJson(),
        var other => throw _metadata.Refuse(
            ModelKey,
            $"the tokenizer \"{CheckpointFormatException.Printable(other)}\" isn't understood, only {ByteLevel} and {SentencePiece}",
            FromElsewhere),
    };

    private JsonObject ByteLevelJson()
    {
        string name = _metadata.FindText(PreKey) ?? throw _metadata.Refuse(
            PreKey, "it is missing, so that nothing says how a text is split into words", TokenizerBesideGguf.Remedy);
        GgufPreTokenizer words = GgufPreTokenizer.Find(name) ?? throw _metadata.Refuse(
            PreKey,
            $"the way \"{CheckpointFormatException.Printable(name)}\" to split a text into words isn't known, only "
            + string.Join(", ", GgufPreTokenizer.Names),
            TokenizerBesideGguf.Remedy);
        string[] merges = _metadata.FindTexts(MergesKey) ?? throw _metadata.Fault(MergesKey, "it is missing");
        return Root(
            words.Normalizer(), words.Steps(), new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true },
            new() { ["ignore_merges"] = words.IgnoresMerges }, [.. merges.Select(merge => JsonValue.Create(merge))], words.AddsBegin);
    }

    private JsonObject SentencePieceJson()
    {
        const string Rules = Prefix + "precompiled_charsmap", Whitespace = Prefix + "remove_extra_whitespaces";
        if (_metadata.Has(Rules))
            throw _metadata.Refuse(Rules, "rules of normalization aren't understood", FromElsewhere);
        if (_metadata.FindFlag(Whitespace) ?? false)
            throw _metadata.Refuse(Whitespace, "blanks that go aren't supported", FromElsewhere);
        float[] scores = _metadata.FindNumbers(ScoresKey) ?? throw _metadata.Fault(ScoresKey, "it is missing");
        if (scores.Length != _tokens.Length || !Array.TrueForAll(scores, float.IsFinite))
            throw _metadata.Fault(ScoresKey, $"it isn't a finite number for each of {_tokens.Length} tokens");
        int unknown = Array.IndexOf(_types, (int)GgufTokenType.Unknown);
        if (unknown < 0)
            throw _metadata.Fault(TypesKey, "no token is the one for what is unknown");
        var vocabulary = new Vocabulary(
            [.. _tokens.Select((token, id) => KeyValuePair.Create(token, id))], reason => _metadata.Fault(TokensKey, reason));
        JsonArray merges = [];
        foreach ((int left, int right, _) in SentencePieceMerges.Of([.. _tokens.Zip(scores)], vocabulary))
            merges.Add(new JsonArray(_tokens[left], _tokens[right]));

        bool addsSpace = _metadata.FindFlag(SpaceKey) ?? true;
        JsonArray before = [], after =
            [Replace($"{Space}", " "), new JsonObject { ["type"] = "ByteFallback" }, new JsonObject { ["type"] = "Fuse" }];
        if (addsSpace)
        {
            before.Add(new JsonObject { ["type"] = "Prepend", ["prepend"] = $"{Space}" });
            after.Add(new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        }

        before.Add(Replace(" ", $"{Space}"));
        return Root(
            new() { ["type"] = "Sequence", ["normalizers"] = before }, null, new() { ["type"] = "Sequence", ["decoders"] = after },
            new() { ["unk_token"] = _tokens[unknown], ["fuse_unk"] = true, ["byte_fallback"] = true }, merges, addsBegin: true);

        static JsonObject Replace(string pattern, string content) =>
            new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = pattern }, ["content"] = content };
    }

    /// <param name="addsBegin">Whether a text begins with a special token where the file doesn't say.</param>
    private JsonObject Root(
        JsonObject? normalizer, JsonObject? preTokenizer, JsonObject decoder, JsonObject model, JsonArray merges, bool addsBegin)
    {
        JsonObject vocabulary = [];
        JsonArray added = [];
        for (int id = 0; id < _tokens.Length; id++)
        {
            var type = (GgufTokenType)_types[id];
            // Tokens that only fill up the table of embeddings can't be in a text.
            if (type != GgufTokenType.Unused)
                vocabulary[_tokens[id]] = id;
            if (type is GgufTokenType.Control or GgufTokenType.UserDefined)
                added.Add(Added(id, special: type == GgufTokenType.Control));
        }

        model["type"] = "BPE";
        model["vocab"] = vocabulary;
        model["merges"] = merges;
        return new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added,
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = preTokenizer,
            ["post_processor"] = Around(addsBegin),
            ["decoder"] = decoder,
            ["model"] = model,
        };
    }

    private JsonObject Added(int id, bool special) => new()
    {
        ["id"] = id,
        ["content"] = _tokens[id],
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = special,
    };

    /// <summary>The special tokens around a text; null for none.</summary>
    private JsonObject? Around(bool addsBegin)
    {
        string? begin = _metadata.FindFlag(BeginsKey) ?? addsBegin ? Token("bos") : null;
        string? end = _metadata.FindFlag(EndsKey) ?? false ? Token("eos") : null;
        if (begin is null && end is null)
            return null;
        JsonObject special = [];
        foreach (string token in new[] { begin, end }.OfType<string>().Distinct())
        {
            special[token] = new JsonObject
            {
                ["id"] = token,
                ["ids"] = new JsonArray(Array.IndexOf(_tokens, token)),
                ["tokens"] = new JsonArray(token),
            };
        }

        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray([.. Parts("A", 0)]),
            ["pair"] = new JsonArray([.. Parts("A", 0), .. Parts("B", 1)]),
            ["special_tokens"] = special,
        };

        IEnumerable<JsonNode> Parts(string text, int type)
        {
            if (begin is not null)
                yield return Part("SpecialToken", begin);
            yield return Part("Sequence", text);
            if (end is not null)
                yield return Part("SpecialToken", end);

            JsonObject Part(string kind, string name) => new() { [kind] = new JsonObject { ["id"] = name, ["type_id"] = type } };
        }
    }

    private string Token(string role) => Find(role) ?? throw _metadata.Fault($"{Prefix}{role}_token_id", "it is missing");

    /// <summary>The text of the token of a role; null where the file names none.</summary>
    private string? Find(string role)
    {
        string key = $"{Prefix}{role}_token_id";
        return _metadata.FindWhole(key) is not { } id ? null : id < _tokens.Length ? _tokens[id]
            : throw _metadata.Fault(key, string.Create(CultureInfo.InvariantCulture, $"it is {id}, and there are {_tokens.Length} tokens"));
    }

    private JsonObject Config()
    {
        JsonObject root = [];
        foreach ((string key, string role) in Roles)
        {
            if (Find(key) is { } token)
                root[role] = token;
        }

        root["clean_up_tokenization_spaces"] = false;
        root["model_input_names"] = new JsonArray("input_ids", "attention_mask");
        root[TokenizerSettings.ClassField] = "PreTrainedTokenizerFast";
        if (Templates() is { } templates)
            root["chat_template"] = templates;
        return root;
    }

    /// <summary>The chat template; a list where there are several, by their names.</summary>
    private JsonNode? Templates()
    {
        string? usual = _metadata.FindText(ChatKey);
        string[] names = _metadata.FindTexts(ChatNamesKey) ?? [];
        if (names.Length == 0)
            return usual is null ? null : JsonValue.Create(usual);
        JsonArray list = usual is null ? [] : [Named("default", usual)];
        foreach (string name in names)
            list.Add(Named(name, _metadata.Text($"{ChatKey}.{name}")));
        return list;

        static JsonObject Named(string name, string template) => new() { ["name"] = name, ["template"] = template };
    }
}

/// <summary>What a token of a GGUF file is for.</summary>
internal enum GgufTokenType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
