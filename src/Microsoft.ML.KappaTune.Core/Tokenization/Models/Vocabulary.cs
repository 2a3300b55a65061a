namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The tokens of a model and their ids.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<int, string> _tokens = [];

    /// <summary>Refuses an empty vocabulary, and two tokens of one id.</summary>
    public Vocabulary(IReadOnlyCollection<KeyValuePair<string, int>> ids, Func<string, Exception> fault)
    {
        if (ids.Count == 0)
            throw fault("the vocabulary is empty");
        Table = new TokenTable(ids);
        foreach ((string token, int id) in ids)
        {
            if (!_tokens.TryAdd(id, token))
                throw fault($"the tokens \"{_tokens[id]}\" and \"{token}\" both have the id {id}");
            LargestId = Math.Max(LargestId, id);
        }
    }

    public TokenTable Table { get; }

    public int Count => _tokens.Count;

    public int LargestId { get; } = -1;

    public IEnumerable<KeyValuePair<int, string>> Tokens => _tokens;

    /// <summary>Reads <c>{"token": id, ...}</c>.</summary>
    public static Vocabulary Read(JsonField node) =>
        new([.. node.Members().Select(member => KeyValuePair.Create(member.Name, member.Value.Whole()))], node.Fault);

    /// <summary>The token's id, or -1.</summary>
    public int IdOf(ReadOnlySpan<char> token) => Table.TryGetId(token, out int id) ? id : -1;

    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id);
}
