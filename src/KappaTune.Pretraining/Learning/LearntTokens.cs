using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The special tokens of a tokenizer that is being learnt; their ids are the first.</summary>
/// <param name="Tokens">The tokens in the order of their ids.</param>
/// <param name="Roles">What each role's token is, in the order of the files.</param>
internal sealed record LearntTokens(IReadOnlyList<AddedToken> Tokens, IReadOnlyList<(string Role, AddedToken Token)> Roles)
{
    public static LearntTokens Bert { get; } = Create(
        (SpecialTokens.Pad, "[PAD]"), (SpecialTokens.Unknown, "[UNK]"), (SpecialTokens.Classification, "[CLS]"),
        (SpecialTokens.Separator, "[SEP]"), (SpecialTokens.Mask, "[MASK]"));

    public static LearntTokens Roberta { get; } = Create(
        (SpecialTokens.Begin, "<s>"), (SpecialTokens.Pad, "<pad>"), (SpecialTokens.End, "</s>"), (SpecialTokens.Unknown, "<unk>"),
        (SpecialTokens.Separator, "</s>"), (SpecialTokens.Classification, "<s>"), (SpecialTokens.Mask, "<mask>"));

    public static LearntTokens Gpt2 { get; } = Create(
        (SpecialTokens.Begin, "<|endoftext|>"), (SpecialTokens.End, "<|endoftext|>"), (SpecialTokens.Unknown, "<|endoftext|>"),
        (SpecialTokens.Pad, "<|endoftext|>"));

    public AddedToken this[string role] => Roles.First(entry => entry.Role == role).Token;

    private static LearntTokens Create(params ReadOnlySpan<(string Role, string Content)> roles)
    {
        var tokens = new List<AddedToken>();
        var named = new List<(string, AddedToken)>();
        foreach ((string role, string content) in roles)
        {
            AddedToken? token = tokens.Find(known => known.Content == content);
            if (token is null)
            {
                // RoBERTa's mask stands for a word with the space before it.
                token = new AddedToken(tokens.Count, content) { Special = true, LeftStrip = content == "<mask>" };
                tokens.Add(token);
            }

            named.Add((role, token));
        }

        return new LearntTokens(tokens, named);
    }
}
