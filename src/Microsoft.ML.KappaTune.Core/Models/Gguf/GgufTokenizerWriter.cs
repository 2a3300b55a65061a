using System.Globalization;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>A tokenizer and its chat template as the metadata of a GGUF file.</summary>
internal static class GgufTokenizerWriter
{
    private const char Space = '\u2581';

    private static readonly (string Role, string Key)[] Roles =
    [
        (SpecialTokens.Unknown, "unknown"), (SpecialTokens.Separator, "separator"), (SpecialTokens.Mask, "mask"),
        (SpecialTokens.Classification, "cls"),
    ];

    /// <exception cref="CheckpointFormatException">The tokenizer is of a kind that no GGUF file can have.</exception>
    public static IEnumerable<KeyValuePair<string, object>> Metadata(TokenizerFiles files, DecoderConfig config)
    {
        const string Remedy = "Save the model as a folder; a GGUF file needs a byte-level or SentencePiece BPE in tokenizer.json.";
        string path = files.PathOf(TokenizerFiles.TokenizerJson);
        if (!files.Content.TryGetValue(TokenizerFiles.TokenizerJson, out byte[]? bytes))
            throw new CheckpointFormatException(path, "it is missing, and GGUF's tokenizer is made of it", Remedy);
        JsonField root = JsonField.Parse(path, bytes), model = root.Get("model");
        if (model.Find("type")?.Text() is { } kind and not "BPE")
            throw new CheckpointFormatException(path, $"the model {kind} isn't written as GGUF", Remedy, field: "model.type");
        var tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        return model.Flag("byte_fallback", otherwise: false)
            ? SentencePiece(root, model, files, tokenizer, config, Remedy)
            : ByteLevel(root, model, files, tokenizer, config, Remedy);
    }

    private static IEnumerable<KeyValuePair<string, object>> ByteLevel(
        JsonField root, JsonField model, TokenizerFiles files, HuggingFaceTokenizer tokenizer, DecoderConfig config, string remedy)
    {
        GgufPreTokenizer words = GgufPreTokenizer.Find(root.Element) ?? throw new CheckpointFormatException(
            root.File, "its way to split a text into words isn't one that GGUF has a name for here", remedy, field: "pre_tokenizer");
        (string[] tokens, int[] types) = Tokens(root, tokenizer, config, _ => GgufTokenType.Normal);
        return
        [
            new(GgufTokenizer.ModelKey, GgufTokenizer.ByteLevel),
            new(GgufTokenizer.PreKey, words.Name),
            new(GgufTokenizer.TokensKey, tokens),
            new(GgufTokenizer.TypesKey, types),
            new(GgufTokenizer.MergesKey, Merges(model).Select(merge => $"{merge.Left} {merge.Right}").ToArray()),
            .. Shared(files, tokenizer, config),
        ];
    }

    /// <summary>A piece is the better, the earlier the first merge that makes it.</summary>
    private static IEnumerable<KeyValuePair<string, object>> SentencePiece(
        JsonField root, JsonField model, TokenizerFiles files, HuggingFaceTokenizer tokenizer, DecoderConfig config, string remedy)
    {
        string unknown = model.Get("unk_token").Text();
        (string[] tokens, int[] types) = Tokens(
            root, tokenizer, config,
            token => token == unknown ? GgufTokenType.Unknown : IsByte(token) ? GgufTokenType.Byte : GgufTokenType.Normal);
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string left, string right) in Merges(model))
            ranks.TryAdd(left + right, ranks.Count);
        return
        [
            new(GgufTokenizer.ModelKey, GgufTokenizer.SentencePiece),
            new(GgufTokenizer.PreKey, "default"),
            new(GgufTokenizer.TokensKey, tokens),
            new(GgufTokenizer.TypesKey, types),
            new(GgufTokenizer.ScoresKey, tokens.Select(token => -(float)ranks.GetValueOrDefault(token, ranks.Count)).ToArray()),
            new(GgufTokenizer.SpaceKey, AddsSpace(root, remedy)),
            .. Shared(files, tokenizer, config),
        ];

        static bool IsByte(string token) => token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[^1] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>Whether a text gets a blank before it; what else is done to it, no GGUF file can say.</summary>
    private static bool AddsSpace(JsonField root, string remedy)
    {
        JsonField[] normalizers = [.. root.Find("normalizer").Steps("normalizers")];
        JsonField[] words = [.. root.Find("pre_tokenizer").Steps("pretokenizers")];
        string[] kinds = [.. normalizers.Concat(words).Select(step => step.Get("type").Text())];
        bool isSpace = normalizers.All(step => step.Find("prepend") is not { } text || text.Text() == $"{Space}");
        return kinds switch
        {
            ["Prepend", "Replace"] when isSpace => true,
            ["Replace"] or ["Replace", "Split"] => false,
            ["Metaspace"] => PreTokenizerReader.Scheme(words[0]) != PrependScheme.Never,
            _ => throw new CheckpointFormatException(
                root.File, $"no GGUF file can say that a text is changed by {string.Join(", ", kinds)}", remedy, field: "normalizer"),
        };
    }

    private static IEnumerable<(string Left, string Right)> Merges(JsonField model)
    {
        foreach (JsonField merge in model.Get("merges").Items())
        {
            string[] pair = merge.Kind == JsonValueKind.Array ? [.. merge.Items().Select(one => one.Text())] : merge.Text().Split(' ');
            if (pair is not [var left, var right])
                throw merge.Fault("it isn't a pair of tokens");
            yield return (left, right);
        }
    }

    /// <summary>A token for each row of the table of embeddings, of which the last may be of none.</summary>
    private static (string[] Tokens, int[] Types) Tokens(
        JsonField root, HuggingFaceTokenizer tokenizer, DecoderConfig config, Func<string, GgufTokenType> typeOf)
    {
        Dictionary<int, bool> added = [];
        foreach (JsonField token in root.Find("added_tokens")?.Items() ?? [])
            added[token.Get("id").Whole()] = token.Flag("special", otherwise: false);
        string[] tokens = new string[config.VocabularySize];
        int[] types = new int[tokens.Length];
        for (int id = 0; id < tokens.Length; id++)
        {
            string? token = tokenizer.TokenOf(id);
            tokens[id] = token ?? $"[PAD{id}]";
            GgufTokenType type = token is null ? GgufTokenType.Unused : typeOf(token);
            if (type == GgufTokenType.Normal && added.TryGetValue(id, out bool isSpecial))
                type = isSpecial ? GgufTokenType.Control : GgufTokenType.UserDefined;
            types[id] = (int)type;
        }

        return (tokens, types);
    }

    private static IEnumerable<KeyValuePair<string, object>> Shared(
        TokenizerFiles files, HuggingFaceTokenizer tokenizer, DecoderConfig config)
    {
        var settings = new TokenizerSettings(files);
        int? begin = tokenizer.BeginId >= 0 ? tokenizer.BeginId : config.BeginTokenId;
        IReadOnlyList<int> around = tokenizer.Encode("").Ids;
        string[] ends = ["eos", "eot", "eom"];
        if (begin is { } first)
            yield return Id("bos", first);
        foreach ((string key, int id) in ends.Zip(config.EndTokenIds))
            yield return Id(key, id);
        if (config.PadTokenId is { } pad)
            yield return Id("padding", pad);
        foreach ((string role, string key) in Roles)
        {
            if (settings.Special[role] is { } token && tokenizer.EncodeWithOffsets(token) is [var only])
                yield return Id(key, only.Id);
        }

        yield return new(GgufTokenizer.BeginsKey, tokenizer.BeginId >= 0);
        yield return new(GgufTokenizer.EndsKey, config.EndTokenIds is [var end, ..] && around is [.., var last] && last == end);
        foreach ((string name, string template) in GgufChatTemplates.Of(files))
            yield return new(name.Length == 0 ? GgufTokenizer.ChatKey : $"{GgufTokenizer.ChatKey}.{name}", template);
        if (GgufChatTemplates.Of(files).Select(one => one.Name).Where(name => name.Length > 0).ToArray() is { Length: > 0 } names)
            yield return new(GgufTokenizer.ChatNamesKey, names);

        static KeyValuePair<string, object> Id(string role, int id) => new($"{GgufTokenizer.Prefix}{role}_token_id", (uint)id);
    }
}
