namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The tokens of a vocabulary while it is learnt, by id, each once.</summary>
/// <param name="continuationPrefix">What tokens begin with that go on with a word; empty where there is no such mark.</param>
internal sealed class PieceList(string continuationPrefix)
{
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public int Count => _texts.Count;

    public IReadOnlyList<string> Texts => _texts;

    public string this[int id] => _texts[id];

    /// <summary>The id of a token, which is added where it is new.</summary>
    public int Add(string text)
    {
        if (_ids.TryAdd(text, _texts.Count))
            _texts.Add(text);
        return _ids[text];
    }

    /// <summary>The id of a token, or -1.</summary>
    public int Find(string text) => _ids.GetValueOrDefault(text, -1);

    /// <summary>The token that two which follow each other in a word make.</summary>
    public int Join(int left, int right) => Add(_texts[left] + _texts[right][continuationPrefix.Length..]);
}
