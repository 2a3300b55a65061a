using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// Pairs of neighbouring sentences, which a sentence encoder should find close together. They are taken evenly over a UTF-8 text and don't
/// overlap, and of a long text only they are read.
/// </summary>
internal static partial class SentencePairs
{
    /// <summary>With fewer pairs there is nothing to choose from.</summary>
    private const int MinimumPairs = 2;

    private const int BytesPerToken = 32;

    /// <summary>Reads the pairs in a random order, so that those of a group come from anywhere in the text.</summary>
    /// <param name="count">Pairs at most.</param>
    /// <param name="maxTokens">Tokens of a sentence at most, special ones included; what is longer is cut.</param>
    /// <param name="encode">The tokens of a sentence, at most as many as are asked for, special ones included.</param>
    /// <exception cref="FormatException">It isn't UTF-8, or has too few pairs.</exception>
    public static ControlSample[] Read(
        ControlSource source, int count, int maxTokens, int seed, Func<string, int, int[]> encode)
    {
        var pairs = new List<ControlSample>();
        int special = encode("", maxTokens).Length;
        using var places = new TextPlaces(source, maxTokens * BytesPerToken);
        for (int i = 0; i < count; i++)
        {
            string text = places.At(i, count, out bool isWithinSentence);
            (ControlSample? pair, int length) = Find(text, isWithinSentence, TokensOfLong);
            places.Consume(text, length);
            if (pair is not null)
                pairs.Add(pair);
        }

        if (pairs.Count < MinimumPairs)
        {
            throw new FormatException(
                $"{source.Name} has no {MinimumPairs} pairs of neighbouring sentences of {ControlText.MinimumTokens} tokens or more, by which a "
                + "sentence encoder is measured. Name a longer text of whole sentences.");
        }

        ControlSample[] order = [.. pairs];
        new Random(seed).Shuffle(order);
        return order;

        int[]? TokensOfLong(string sentence) =>
            encode(sentence, maxTokens) is var ids && ids.Length - special >= ControlText.MinimumTokens ? ids : null;
    }

    /// <summary>The first two whole sentences that follow each other within a paragraph and are long enough.</summary>
    /// <param name="tokensOfLong">The tokens of a sentence; null where it isn't long enough.</param>
    /// <returns>They, and the characters until the end of the second; null and 0 where there are none.</returns>
    private static (ControlSample? Pair, int Length) Find(string text, bool isWithinSentence, Func<string, int[]?> tokensOfLong)
    {
        int start = 0;
        (string Text, int[] Ids)? before = null;
        foreach (Match end in SentenceEnd().Matches(text))
        {
            string sentence = Blanks().Replace(text[start..(end.Index + end.Length)], " ").Trim();
            start = end.Index + end.Length;
            int[]? ids = !isWithinSentence && end.Groups["paragraph"].Length == 0 ? tokensOfLong(sentence) : null;
            isWithinSentence = false;
            if (ids is not null && before is { } first)
                return (new($"{first.Text} {sentence}", [first.Ids, ids]), start);
            before = ids is null ? null : (sentence, ids);
        }

        return (null, 0);
    }

    /// <summary>
    /// A full stop and its like where a blank follows, not after an initial or a title nor before a small letter; those of Chinese and
    /// Japanese anywhere; or an empty line.
    /// </summary>
    [GeneratedRegex("""
        (?: (?<! \b (?: Mr | Mrs | Ms | Dr | St | Mt | \p{Lu} ) ) \. | [!?…] ) [.!?…]* ["'”’»)\]]* (?= \s+ [^\s\p{Ll}] | \s* $ )
        | [。！？]+ [”’」』）]*
        | (?<paragraph> \r?\n [^\S\n]* \r?\n \s* )
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
