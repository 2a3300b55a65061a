namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Which pairs of tokens become one: the rank, lowest first, and the id of what they become.</summary>
internal sealed class BpeMerges
{
    private readonly Dictionary<long, (int Rank, int Id)> _merges;

    public BpeMerges(int capacity) => _merges = new(capacity);

    /// <summary>Adds the next merge; of two of one pair the later counts, as it does in the library that the files are made for.</summary>
    public void Add(int rank, int left, int right, int id) => _merges[Key(left, right)] = (rank, id);

    public bool TryGet(int left, int right, out int rank, out int id)
    {
        bool found = _merges.TryGetValue(Key(left, right), out (int Rank, int Id) merge);
        (rank, id) = merge;
        return found;
    }

    private static long Key(int left, int right) => (long)left << 32 | (uint)right;
}
