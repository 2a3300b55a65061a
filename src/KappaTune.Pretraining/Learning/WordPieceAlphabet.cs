using System.Text;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The single characters of a WordPiece vocabulary: as a word's first and, but for those that never are, as later ones.</summary>
internal sealed class WordPieceAlphabet
{
    public const string Continuation = "##";

    /// <summary>Characters at most: enough for all letters of most scripts; of ideographs the most frequent.</summary>
    public const int MaximumCharacters = 1000;

    private readonly HashSet<Rune> _characters;

    private WordPieceAlphabet(HashSet<Rune> characters) => _characters = characters;

    /// <summary>The characters that are frequent enough, the most frequent first, after those that are always in.</summary>
    /// <param name="always">Words of characters that are in.</param>
    /// <param name="words">How often each word is in the text.</param>
    /// <param name="minimumFrequency">How often a character must be there.</param>
    public static WordPieceAlphabet Create(IEnumerable<string> always, IReadOnlyDictionary<string, long> words, long minimumFrequency)
    {
        var characters = new HashSet<Rune>(always.SelectMany(word => word.EnumerateRunes()));
        var counts = new Dictionary<Rune, long>();
        foreach ((string word, long count) in words)
        {
            foreach (Rune rune in word.EnumerateRunes())
                counts[rune] = counts.GetValueOrDefault(rune) + count;
        }

        characters.UnionWith(counts
            .Where(entry => entry.Value >= minimumFrequency && !characters.Contains(entry.Key))
            .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key)
            .Take(Math.Max(0, MaximumCharacters - characters.Count)).Select(entry => entry.Key));
        return new WordPieceAlphabet(characters);
    }

    /// <summary>The alphabet's tokens in their order: first characters, then later ones, each by code.</summary>
    public IEnumerable<string> Tokens =>
    [
        .. _characters.Order().Select(rune => rune.ToString()),
        .. _characters.Where(rune => !IsAlone(rune)).Order().Select(rune => Continuation + rune),
    ];

    /// <summary>Whether the alphabet can spell a word; others are unknown whatever is learnt.</summary>
    public bool Has(string word) => word.EnumerateRunes().All(_characters.Contains);

    /// <summary>Whether BERT's pre-tokenizer makes a character a word by itself.</summary>
    private static bool IsAlone(Rune rune) => Characters.IsPunctuation(rune) || Characters.IsIdeograph(rune);
}
