namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The tokens of a model and their ids.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<int, string> _tokens = [];

    /// <exception cref="ArgumentException">Two tokens have one id.</exception>
    public Vocabulary(IReadOnlyCollection<KeyValuePair<string, int>> ids)
    {
        Table = new TokenTable(ids);
        foreach ((string token, int id) in ids)
        {
            if (!_tokens.TryAdd(id, token))
                throw new ArgumentException($"the tokens \"{_tokens[id]}\" and \"{token}\" both have the id {id}");
            LargestId = Math.Max(LargestId, id);
        }
    }

    public TokenTable Table { get; }

    public int Count => _tokens.Count;

    /// <summary>-1 where there is no token.</summary>
    public int LargestId { get; } = -1;

    /// <summary>The token's id, or -1.</summary>
    public int IdOf(ReadOnlySpan<char> token) => Table.TryGetId(token, out int id) ? id : -1;

    /// <summary>The token of an id, or null.</summary>
    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    public IEnumerable<KeyValuePair<int, string>> Tokens => _tokens;
}
