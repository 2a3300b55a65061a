namespace Microsoft.ML.Tokenizers;

/// <summary>The tokens that begin with what was read so far, character by character.</summary>
internal sealed class CharTrie
{
    public const int Root = 0;

    private readonly Dictionary<(int Node, char Next), int> _children = [];
    private readonly List<int> _ids = [-1];

    public void Add(string token, int id)
    {
        int node = Root;
        foreach (char c in token)
        {
            if (!_children.TryGetValue((node, c), out int child))
            {
                child = _ids.Count;
                _ids.Add(-1);
                _children.Add((node, c), child);
            }

            node = child;
        }

        if (_ids[node] < 0)
            _ids[node] = id;
    }

    public bool TryStep(ref int node, char next) => _children.TryGetValue((node, next), out node);

    /// <summary>The id of the token that ends here, or -1.</summary>
    public int IdAt(int node) => _ids[node];
}
