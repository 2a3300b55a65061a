namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Turns a word into tokens of a vocabulary. Safe to use from several threads.</summary>
internal abstract class TokenModel(Vocabulary vocabulary)
{
    private readonly WordCache _cache = new();

    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>The token for what the vocabulary can't express, or -1.</summary>
    public abstract int UnknownId { get; }

    /// <summary>Appends the tokens of a word, with their places in it.</summary>
    public void Tokenize(ReadOnlySpan<char> word, TokenBuffer tokens)
    {
        if (_cache.TryGet(word, tokens, out int hash))
            return;
        int first = tokens.Count;
        TokenizeNew(word, tokens);
        _cache.Add(word, hash, tokens.Tokens[first..]);
    }

    protected abstract void TokenizeNew(ReadOnlySpan<char> word, TokenBuffer tokens);
}

/// <summary>
/// Remembers the tokens of words. It holds at most one word a slot, so it is bounded, and a slot is replaced by one
/// write of a reference, so threads share it without a lock.
/// </summary>
internal sealed class WordCache
{
    private const int Slots = 1 << 14;

    // Longer words are too rare to be worth their memory.
    private const int LongestWord = 48;

    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>Appends the tokens of a word that is held; the hash is for <see cref="Add"/>.</summary>
    public bool TryGet(ReadOnlySpan<char> word, TokenBuffer tokens, out int hash)
    {
        hash = 0;
        if (word.Length > LongestWord)
            return false;
        hash = string.GetHashCode(word);
        Entry? entry = Volatile.Read(ref _entries[hash & (Slots - 1)]);
        if (entry is null || entry.Hash != hash || !word.SequenceEqual(entry.Word))
            return false;
        tokens.Add(entry.Tokens);
        return true;
    }

    public void Add(ReadOnlySpan<char> word, int hash, ReadOnlySpan<TokenSpan> tokens)
    {
        if (word.Length <= LongestWord)
            Volatile.Write(ref _entries[hash & (Slots - 1)], new Entry(word.ToString(), hash, tokens.ToArray()));
    }

    private sealed record Entry(string Word, int Hash, TokenSpan[] Tokens);
}
