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
