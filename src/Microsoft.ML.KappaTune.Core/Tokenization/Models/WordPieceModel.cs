namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// WordPiece: the longest token that begins the word, then the longest continuation, and so on; a word that doesn't work
/// out is unknown as a whole.
/// </summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly int _longestWord;

    // The continuations without their prefix, so that a word's parts are looked up as they stand in it.
    private readonly TokenTable _continuations;

    public WordPieceModel(Vocabulary vocabulary, int unknownId, string continuationPrefix, int longestWord) : base(vocabulary)
    {
        UnknownId = unknownId;
        _longestWord = longestWord;
        _continuations = new TokenTable([.. vocabulary.Tokens
            .Where(entry => entry.Value.StartsWith(continuationPrefix, StringComparison.Ordinal))
            .Select(entry => KeyValuePair.Create(entry.Value[continuationPrefix.Length..], entry.Key))]);
    }

    public override int UnknownId { get; }

    protected override void TokenizeNew(ReadOnlySpan<char> word, TokenBuffer tokens)
    {
        int first = tokens.Count;
        if (!TrySplit(word, tokens))
        {
            tokens.Truncate(first);
            tokens.Add(UnknownId, 0, word.Length);
        }
    }

    private bool TrySplit(ReadOnlySpan<char> word, TokenBuffer tokens)
    {
        // The limit is in characters, of which a word has at most as many as units.
        if (word.Length > _longestWord && CharacterCount(word) > _longestWord)
            return false;
        for (int start = 0; start < word.Length;)
        {
            TokenTable table = start == 0 ? Vocabulary.Table : _continuations;
            int end = Math.Min(word.Length, start + table.LongestKey), id = -1;
            while (end > start && !table.TryGetId(word[start..end], out id))
                end--;
            if (end == start)
                return false;
            tokens.Add(id, start, end);
            start = end;
        }

        return true;
    }

    private static int CharacterCount(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (char c in word)
            count += char.IsLowSurrogate(c) ? 0 : 1;
        return count;
    }
}
