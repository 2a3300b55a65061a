namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Remembers how words were encoded. It holds at most one word a slot, so it is bounded, and a slot is replaced
/// by one write of a reference, so threads share it without a lock.
/// </summary>
internal sealed class WordCache<T>
    where T : class
{
    private const int Slots = 1 << 14;

    // Longer words are too rare to be worth their memory.
    private const int LongestWord = 64;

    private readonly Entry?[] _entries = new Entry?[Slots];

    /// <summary>What <paramref name="word"/> was encoded to, or null where it is not held; <paramref name="hash"/> is for <see cref="Add"/>.</summary>
    public T? Find(ReadOnlySpan<char> word, out uint hash)
    {
        if (word.Length > LongestWord)
        {
            hash = 0;
            return null;
        }

        hash = SpanHash.Of(word);
        Entry? entry = Volatile.Read(ref _entries[hash % Slots]);
        return entry is not null && entry.Hash == hash && word.SequenceEqual(entry.Word) ? entry.Value : null;
    }

    public void Add(ReadOnlySpan<char> word, uint hash, T value)
    {
        if (word.Length <= LongestWord)
            Volatile.Write(ref _entries[hash % Slots], new Entry(word.ToString(), hash, value));
    }

    private sealed record Entry(string Word, uint Hash, T Value);
}
