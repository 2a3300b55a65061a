namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The tokens with a role, as <c>tokenizer_config.json</c> or <c>special_tokens_map.json</c> names them.</summary>
internal sealed class SpecialTokens(
    IEnumerable<KeyValuePair<string, AddedToken>>? byRole = null, IEnumerable<AddedToken>? others = null)
{
    public const string Unknown = "unk_token", Separator = "sep_token", Pad = "pad_token", Classification = "cls_token",
        Mask = "mask_token", Begin = "bos_token", End = "eos_token";

    private readonly Dictionary<string, AddedToken> _byRole = new(byRole ?? [], StringComparer.Ordinal);
    private readonly AddedToken[] _others = [.. others ?? []];

    public static IReadOnlyList<string> Roles { get; } = [Begin, End, Unknown, Separator, Pad, Classification, Mask];

    /// <summary>All of them, those without a role as well.</summary>
    public IEnumerable<AddedToken> All => _byRole.Values.Concat(_others);

    /// <summary>The text of the token of a role, or null.</summary>
    public string? this[string role] => _byRole.GetValueOrDefault(role)?.Content;

    /// <summary>These, and a family's usual ones for the roles that are not named.</summary>
    public SpecialTokens Or(params ReadOnlySpan<(string Role, string Content)> defaults)
    {
        var merged = new SpecialTokens(_byRole, _others);
        foreach ((string role, string content) in defaults)
            merged._byRole.TryAdd(role, Named(content));
        return merged;
    }

    /// <summary>These, and RoBERTa's for the roles that are not named; its mask takes the blank before it.</summary>
    public SpecialTokens OrRoberta()
    {
        SpecialTokens merged = Or(
            (Begin, "<s>"), (End, "</s>"), (Separator, "</s>"), (Classification, "<s>"), (Unknown, "<unk>"), (Pad, "<pad>"));
        merged._byRole.TryAdd(Mask, Named("<mask>") with { LeftStrip = true });
        return merged;
    }

    /// <summary>A special token whose id isn't looked up yet.</summary>
    public static AddedToken Named(string content) => new(-1, content) { Special = true };
}
