namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>A token of a word or a text: its id, and the part of it that it stands for.</summary>
internal readonly record struct TokenSpan(int Id, int Start, int End);

/// <summary>A growing list of tokens.</summary>
internal sealed class TokenBuffer
{
    private TokenSpan[] _tokens = new TokenSpan[128];

    public int Count { get; private set; }

    public int Capacity => _tokens.Length;

    public ReadOnlySpan<TokenSpan> Tokens => _tokens.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Truncate(int count) => Count = count;

    public void Add(int id, int start, int end)
    {
        if (Count == _tokens.Length)
            Array.Resize(ref _tokens, Count * 2);
        _tokens[Count++] = new TokenSpan(id, start, end);
    }

    public void Add(ReadOnlySpan<TokenSpan> tokens)
    {
        foreach (TokenSpan token in tokens)
            Add(token.Id, token.Start, token.End);
    }

    /// <summary>Turns the order of the tokens from <paramref name="first"/> on around.</summary>
    public void Reverse(int first) => _tokens.AsSpan(first, Count - first).Reverse();

    /// <summary>Moves the tokens from <paramref name="first"/> on from a part of a text to where that comes from in the original.</summary>
    public void Locate(int first, AlignedText text, Span part)
    {
        for (int i = first; i < Count; i++)
        {
            TokenSpan token = _tokens[i];
            int start = part.Start + token.Start, last = part.Start + token.End - 1;
            _tokens[i] = new TokenSpan(token.Id, text.StartOf(start), text.EndOf(Math.Max(start, last)));
        }
    }
}
