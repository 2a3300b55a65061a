namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads a file's <c>pre_tokenizer</c>.</summary>
internal static class PreTokenizerReader
{
    public static IReadOnlyList<IPreTokenizer> Read(JsonField? node) =>
        [.. node.Steps("pretokenizers").Select(step => ReadOne(step, step.Get("type")))];

    /// <summary>Reads a metaspace's scheme, in its present form and in the one before.</summary>
    public static PrependScheme Scheme(JsonField node)
    {
        PrependScheme scheme = PrependScheme.Always;
        if (node.Find("prepend_scheme") is { } given)
        {
            scheme = given.Text() switch
            {
                "always" => PrependScheme.Always,
                "first" => PrependScheme.First,
                "never" => PrependScheme.Never,
                var other => throw given.Refuse($"the scheme \"{other}\" isn't understood"),
            };
        }

        if (node.Flag("add_prefix_space", otherwise: true))
            return scheme;
        return node.Find("prepend_scheme") is { } contradicted && scheme != PrependScheme.Never
            ? throw contradicted.Fault("it contradicts add_prefix_space")
            : PrependScheme.Never;
    }

    public static IPreTokenizer ReadByteLevel(JsonField node, bool addPrefixSpace) =>
        new ByteLevelPreTokenizer(addPrefixSpace, node.Flag("use_regex", otherwise: true));

    private static IPreTokenizer ReadOne(JsonField node, JsonField type) => type.Text() switch
    {
        "BertPreTokenizer" => new BertPreTokenizer(),
        "Whitespace" => CharacterClassPreTokenizer.WordsAndOthers,
        "WhitespaceSplit" => CharacterClassPreTokenizer.Whitespace,
        "ByteLevel" => ReadByteLevel(node, node.Get("add_prefix_space").Flag()),
        "Metaspace" => new MetaspacePreTokenizer(node.Get("replacement").Character(), Scheme(node), node.Flag("split", otherwise: true)),
        "Split" => new SplitPreTokenizer(
            PatternReader.Read(node.Get("pattern")), Behavior(node.Get("behavior")), node.Flag("invert", otherwise: false)),
        "Punctuation" => new SplitPreTokenizer(
            new RunePattern(Characters.IsPunctuation), node.Find("behavior") is { } behavior ? Behavior(behavior) : SplitBehavior.Isolated),
        "Digits" => new SplitPreTokenizer(
            new RunePattern(Characters.IsNumber),
            node.Flag("individual_digits", otherwise: false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        var other => throw type.Refuse($"the pre-tokenizer {other} isn't understood"),
    };

    private static SplitBehavior Behavior(JsonField node) => node.Text() switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        var other => throw node.Refuse($"the behavior {other} isn't understood"),
    };
}
