namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// Unigram: of all ways to put a word together from tokens, the one with the highest sum of scores (Viterbi's algorithm).
/// A character that is no token costs more than any token; such characters that touch are one unknown token.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    /// <summary>The unknown token's id where there is none.</summary>
    public const int NoUnknown = -1;

    // How much worse than the worst token an unknown character is.
    private const double UnknownPenalty = 10;

    private readonly double[] _scores;
    private readonly PrefixIndex _index;
    private readonly double _unknownScore;
    private readonly int[]? _bytes;
    private readonly Func<string, Exception>? _fault;

    /// <param name="scores">Their scores, by id.</param>
    /// <param name="index">The tokens by what they begin with.</param>
    /// <param name="unknownId">The token for unknown characters, or <see cref="NoUnknown"/>.</param>
    /// <param name="byteFallback">Whether tokens of bytes stand for unknown characters.</param>
    /// <param name="fault">What an unknown character throws where there is no token for it, as Hugging Face's tokenizer does.</param>
    public UnigramModel(
        Vocabulary vocabulary, double[] scores, PrefixIndex index, int unknownId, bool byteFallback, Func<string, Exception>? fault = null)
        : base(vocabulary)
    {
        _fault = fault;
        _scores = scores;
        _index = index;
        _unknownScore = scores.Min() - UnknownPenalty;
        _bytes = byteFallback ? ByteTokens.Find(vocabulary) : null;
        UnknownId = unknownId;
    }

    public override int UnknownId { get; }

    protected override void TokenizeNew(ReadOnlySpan<char> word, TokenBuffer tokens)
    {
        Node[] best = FindBest(word);
        int first = tokens.Count;
        for (int end = word.Length; end > 0;)
        {
            int start = best[end].Start;
            if (best[end].Id != UnknownId)
            {
                tokens.Add(best[end].Id, start, end);
            }
            else
            {
                while (start > 0 && best[start].Id == UnknownId)
                    start = best[start].Start;
                AddUnknown(word, start, end, tokens);
            }

            end = start;
        }

        tokens.Reverse(first);
    }

    /// <summary>For each position the best token that ends there.</summary>
    private Node[] FindBest(ReadOnlySpan<char> word)
    {
        var best = new Node[word.Length + 1];
        for (int start = 0; start < word.Length;)
        {
            int character = char.IsHighSurrogate(word[start]) ? 2 : 1;
            bool isToken = false;
            PrefixIndex.Range range = _index.Start;
            for (int end = start; end < word.Length && _index.TryNext(ref range, word[end]); end++)
            {
                if (_index.IdOf(range) is var id and >= 0)
                {
                    Offer(best, id, start, end + 1, _scores[id]);
                    isToken |= end + 1 - start == character;
                }
            }

            if (!isToken && Offer(best, UnknownId, start, start + character, _unknownScore) && UnknownId == NoUnknown && _fault is not null)
                throw _fault(Describe(word.Slice(start, character)));
            start += character;
        }

        return best;
    }

    /// <summary>Keeps a piece if it scores higher than the best so far. Among equals the first stays, which begins further left.</summary>
    /// <returns>Whether it is the best so far.</returns>
    private static bool Offer(Node[] best, int id, int start, int end, double score)
    {
        double total = best[start].Score + score;
        if (best[end].IsReached && total <= best[end].Score)
            return false;
        best[end] = new Node(id, start, total, IsReached: true);
        return true;
    }

    private static string Describe(ReadOnlySpan<char> character)
    {
        // Half a character can't be shown as it is.
        Rune.DecodeFromUtf16(character, out Rune rune, out _);
        return $"\"{CheckpointFormatException.Printable(rune.ToString())}\" (U+{rune.Value:X4})";
    }

    /// <summary>Adds, from the last to the first, what stands for characters that are no tokens.</summary>
    private void AddUnknown(ReadOnlySpan<char> word, int start, int end, TokenBuffer tokens)
    {
        ReadOnlySpan<char> characters = word[start..end];
        if (Vocabulary.IdOf(characters) is var whole and >= 0)
        {
            tokens.Add(whole, start, end);
        }
        else if (_bytes is not null)
        {
            byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(characters)];
            Encoding.UTF8.GetBytes(characters, utf8);
            for (int i = utf8.Length - 1; i >= 0; i--)
                tokens.Add(_bytes[utf8[i]], start, end);
        }
        else
        {
            tokens.Add(UnknownId, start, end);
        }
    }

    private readonly record struct Node(int Id, int Start, double Score, bool IsReached);
}
