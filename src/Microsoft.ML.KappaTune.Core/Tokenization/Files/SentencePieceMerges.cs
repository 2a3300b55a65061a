namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// SentencePiece's BPE joins the two neighbours that make the piece of the highest score. As merges that is: every piece,
/// the best first, in every way that two pieces make it; of equal scores the longest left part, then right part, first.
/// </summary>
internal static class SentencePieceMerges
{
    public static BpeMerges Of(SentencePieceFile file, Vocabulary vocabulary)
    {
        var pairs = new List<(float Score, int LeftLength, int RightLength, int Left, int Right, int Id)>();
        for (int id = 0; id < file.Pieces.Count; id++)
        {
            (string text, float score, _) = file.Pieces[id];
            int length = CharacterCount(text);
            for (int at = 1, characters = 0; at < text.Length; at++)
            {
                // Lengths are in characters, and none is cut in two.
                if (char.IsLowSurrogate(text[at]))
                    continue;
                characters++;
                int left = vocabulary.IdOf(text.AsSpan(0, at)), right = vocabulary.IdOf(text.AsSpan(at));
                if (left >= 0 && right >= 0)
                    pairs.Add((score, characters, length - characters, left, right, id));
            }
        }

        var merges = new BpeMerges(pairs.Count);
        int rank = 0;
        // LINQ keeps the order of equals, which are of different pieces: the first piece first.
        var best = pairs.OrderByDescending(pair => pair.Score)
            .ThenByDescending(pair => pair.LeftLength).ThenByDescending(pair => pair.RightLength);
        foreach (var pair in best)
            merges.Add(rank++, pair.Left, pair.Right, pair.Id);
        return merges;
    }

    private static int CharacterCount(string text) => text.EnumerateRunes().Count();
}
