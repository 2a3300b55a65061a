namespace Microsoft.ML.KappaTune.Tasks.MaskedLm;

/// <summary>
/// Hides tokens as BERT's pre-training does (Devlin et al., arXiv:1810.04805), whole words where asked for: of those to guess, 80 %
/// become the mask token, 10 % a random one and 10 % stay. Special tokens are neither hidden nor drawn.
/// </summary>
internal sealed class WordMask(TokenTraits traits, double rate, bool wholeWords)
{
    /// <summary>Hides tokens of a window in place.</summary>
    /// <param name="tokens">The window, without the special tokens around it.</param>
    /// <returns>The places, rising, and the tokens that were there.</returns>
    public List<(int Place, int Token)> Hide(Span<int> tokens, Random random)
    {
        var places = Choose(tokens, random);
        places.Sort();
        var hidden = new List<(int, int)>(places.Count);
        foreach (int place in places)
        {
            hidden.Add((place, tokens[place]));
            double fate = random.NextDouble();
            if (fate < 0.8)
                tokens[place] = traits.MaskId;
            else if (fate < 0.9)
                tokens[place] = traits.Ordinary[random.Next(traits.Ordinary.Length)];
        }

        return hidden;
    }

    /// <summary>Words at random as long as they fit into the share; where all are longer, one of them.</summary>
    private List<int> Choose(ReadOnlySpan<int> tokens, Random random)
    {
        List<(int Begin, int End)> words = Words(tokens);
        var places = new List<int>();
        int most = Math.Max(1, (int)Math.Round(rate * tokens.Length));
        // Shuffled only as far as needed.
        for (int i = 0; i < words.Count && places.Count < most; i++)
        {
            int other = random.Next(i, words.Count);
            (words[i], words[other]) = (words[other], words[i]);
            if (places.Count + words[i].End - words[i].Begin <= most)
                Add(words[i]);
        }

        if (places.Count == 0 && words.Count > 0)
            Add(words[0]);
        return places;

        void Add((int Begin, int End) word)
        {
            for (int place = word.Begin; place < word.End; place++)
                places.Add(place);
        }
    }

    /// <summary>What is hidden together, without words that have a special token.</summary>
    private List<(int Begin, int End)> Words(ReadOnlySpan<int> tokens)
    {
        var words = new List<(int, int)>(tokens.Length);
        for (int begin = 0, end; begin < tokens.Length; begin = end)
        {
            bool isOrdinary = !traits.IsSpecial(tokens[begin]);
            for (end = begin + 1; wholeWords && end < tokens.Length && traits.Continues(tokens[end]); end++)
                isOrdinary &= !traits.IsSpecial(tokens[end]);
            if (isOrdinary)
                words.Add((begin, end));
        }

        return words;
    }
}
