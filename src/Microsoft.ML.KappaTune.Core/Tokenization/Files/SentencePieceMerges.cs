namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// SentencePiece's BPE joins the two neighbours that make the piece of the highest score. As merges that is: every piece, the best first,
/// in every way that two pieces make it; of equal scores the longest left part, then right part, first.
/// </summary>
internal static class SentencePieceMerges
{
    /// <summary>The ids of left and right parts and of what they become, the first to be merged first.</summary>
    public static IEnumerable<(int Left, int Right, int Id)> Of(IReadOnlyList<(string Text, float Score)> pieces, Vocabulary vocabulary)
    {
        var pairs = new List<(float Score, int LeftLength, int RightLength, int Left, int Right, int Id)>();
        for (int id = 0; id < pieces.Count; id++)
        {
            (string text, float score) = pieces[id];
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

        // LINQ keeps the order of equals, which are of different pieces: the first piece first.
        return pairs.OrderByDescending(pair => pair.Score)
            .ThenByDescending(pair => pair.LeftLength).ThenByDescending(pair => pair.RightLength)
            .Select(pair => (pair.Left, pair.Right, pair.Id));
    }

    private static int CharacterCount(string text) => text.EnumerateRunes().Count();
}
