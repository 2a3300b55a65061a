using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference.LabelWords;

/// <summary>
/// Puts prompts and words into rows. A word's last token is only guessed, so that words which are the same before it share a row: words of
/// one token need one row a prompt, however many there are.
/// </summary>
internal sealed class WordPrefixes
{
    private readonly int[][] _words, _prefixes;
    private readonly int[] _prefixOf;
    private readonly int _unasked;

    /// <param name="words">The tokens of each word.</param>
    /// <param name="readsLast">Whether last tokens are read all the same, because a text's length decides about all its tokens.</param>
    public WordPrefixes(int[][] words, bool readsLast = false)
    {
        _words = words;
        _unasked = readsLast ? 1 : 0;
        int[][] read = readsLast ? words : Array.ConvertAll(words, word => word[..^1]);
        string[] keys = Array.ConvertAll(read, tokens => string.Join(',', tokens)), distinct = [.. keys.Distinct()];
        _prefixOf = Array.ConvertAll(keys, key => Array.IndexOf(distinct, key));
        _prefixes = Array.ConvertAll(distinct, key => read[Array.IndexOf(keys, key)]);
    }

    /// <summary>Rows of a prompt.</summary>
    public int Count => _prefixes.Length;

    public WordBatch Batch(EncodedText[] prompts, int padId)
    {
        int rows = prompts.Length * Count, length = prompts.Max(prompt => prompt.Ids.Length) + _prefixes.Max(prefix => prefix.Length);
        long[] ids = new long[rows * length], mask = new long[ids.Length];
        Array.Fill(ids, padId);
        List<long> places = [];
        List<(int Place, int Token)> asked = [];
        for (int p = 0; p < prompts.Length; p++)
        {
            int[] firstPlaces = new int[Count];
            for (int r = 0; r < Count; r++)
            {
                int row = (p * Count + r) * length, begin = prompts[p].Ids.Length;
                int[] tokens = [.. prompts[p].Ids, .. _prefixes[r]];
                for (int i = 0; i < tokens.Length; i++)
                    (ids[row + i], mask[row + i]) = (tokens[i], 1);
                firstPlaces[r] = places.Count;
                for (int i = begin - 1; i < tokens.Length - _unasked; i++)
                    places.Add(row + i);
            }

            for (int c = 0; c < _words.Length; c++)
                asked.AddRange(_words[c].Select((token, i) => (firstPlaces[_prefixOf[c]] + i, token)));
        }

        return new(ids, mask, rows, [.. places], [.. asked]);
    }
}

/// <summary>Prompts and words as a model takes them.</summary>
/// <param name="Ids">Row by row, each of the same length.</param>
/// <param name="Mask">1 for a token, 0 for padding.</param>
/// <param name="Places">The tokens after which others are guessed, numbered in the row of all rows.</param>
/// <param name="Asked">Of each prompt, of each word, each token, and after which of the places it is guessed.</param>
internal sealed record WordBatch(long[] Ids, long[] Mask, int RowCount, long[] Places, (int Place, int Token)[] Asked)
{
    /// <summary>Where the logarithms of their probabilities are in a table of places by the vocabulary.</summary>
    public long[] AskedOf(int vocabulary) => Array.ConvertAll(Asked, asked => (long)asked.Place * vocabulary + asked.Token);
}
