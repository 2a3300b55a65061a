using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tasks.MaskedLm;

/// <summary>What masking has to know of each token.</summary>
internal sealed class TokenTraits
{
    private const string WordPieceMark = "##";
    private const char ByteLevelMark = 'Ġ', MetaspaceMark = '▁';

    private readonly bool[] _continues, _special;

    public TokenTraits(HuggingFaceTokenizer tokenizer)
    {
        int size = tokenizer.VocabularySize;
        string?[] tokens = [.. Enumerable.Range(0, size).Select(tokenizer.TokenOf)];
        _special = new bool[size];
        foreach (int id in (ReadOnlySpan<int>)
            [tokenizer.PadId, tokenizer.UnknownId, tokenizer.MaskId, tokenizer.ClassificationId, tokenizer.SeparatorId])
        {
            if (id >= 0)
                _special[id] = true;
        }

        // A vocabulary marks either the tokens that continue a word or those that begin one.
        bool marksBegin = !tokens.Any(token => token?.StartsWith(WordPieceMark, StringComparison.Ordinal) == true)
            && tokens.Any(token => token is [ByteLevelMark or MetaspaceMark, _, ..]);
        _continues = [.. tokens.Select((token, id) => !_special[id] && token is not null && (marksBegin
            ? token is not [ByteLevelMark or MetaspaceMark, ..]
            : token.StartsWith(WordPieceMark, StringComparison.Ordinal)))];
        Ordinary = [.. Enumerable.Range(0, size).Where(id => !_special[id] && tokens[id] is not null)];
        MaskId = tokenizer.MaskId;
    }

    public int MaskId { get; }

    /// <summary>Every token that isn't special.</summary>
    public int[] Ordinary { get; }

    public bool IsSpecial(int id) => _special[id];

    /// <summary>Whether a token belongs to the word of the one before it.</summary>
    public bool Continues(int id) => _continues[id];
}
