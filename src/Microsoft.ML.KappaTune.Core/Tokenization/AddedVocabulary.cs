namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The added tokens of a tokenizer, checked against its model's vocabulary, and where they are in a text.</summary>
internal sealed class AddedVocabulary
{
    private readonly Dictionary<string, AddedToken> _byContent = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _byId = [];

    /// <param name="tokens">The tokens that have ids.</param>
    /// <param name="special">The tokens with a role; those in the vocabulary are added as well.</param>
    /// <param name="vocabulary">The model's tokens.</param>
    /// <param name="normalizer">What the tokens go through that are looked for in normalized text.</param>
    /// <param name="fault">Makes the exception of a reason.</param>
    public AddedVocabulary(
        IEnumerable<AddedToken> tokens,
        SpecialTokens special,
        Vocabulary vocabulary,
        NormalizerSequence normalizer,
        Func<string, Exception> fault)
    {
        foreach (AddedToken token in tokens)
            Add(token, vocabulary, fault);
        foreach (AddedToken token in special.All)
        {
            if (!_byContent.ContainsKey(token.Content) && vocabulary.IdOf(token.Content) is var id and >= 0)
                Add(token with { Id = id }, vocabulary, fault);
        }

        InText = new AddedTokenFinder(_byId.Values.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        InNormalizedText = new AddedTokenFinder(
            _byId.Values.Where(token => token.Normalized).Select(token => (normalizer.Normalize(token.Content), token)));
    }

    /// <summary>Finds those that are looked for in the text as it is.</summary>
    public AddedTokenFinder InText { get; }

    /// <summary>Finds the others.</summary>
    public AddedTokenFinder InNormalizedText { get; }

    public IEnumerable<string> SpecialTexts => _byId.Values.Where(token => token.Special).Select(token => token.Content);

    public IEnumerable<int> Ids => _byId.Keys;

    public int LargestId => _byId.Count == 0 ? -1 : _byId.Keys.Max();

    public AddedToken? Find(int id) => _byId.GetValueOrDefault(id);

    public AddedToken? Find(string content) => _byContent.GetValueOrDefault(content);

    private void Add(AddedToken token, Vocabulary vocabulary, Func<string, Exception> fault)
    {
        if (token.Content.Length == 0)
            return;
        int known = _byContent.TryGetValue(token.Content, out AddedToken? before) ? before.Id : vocabulary.IdOf(token.Content);
        if (known >= 0 && known != token.Id)
            throw fault($"\"{token.Content}\" has the id {token.Id}, but also {known}");
        string? other = _byId.TryGetValue(token.Id, out AddedToken? holder) ? holder.Content : vocabulary.TokenOf(token.Id);
        if (other is not null && other != token.Content)
            throw fault($"\"{token.Content}\" and \"{other}\" both have the id {token.Id}");
        _byContent[token.Content] = token;
        _byId[token.Id] = token;
    }
}
