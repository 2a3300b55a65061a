using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>How a tokenizer is learnt from text.</summary>
internal sealed record TokenizerLearningOptions
{
    /// <summary>
    /// Tokens, special ones and single characters included; no default. Where the text has too few frequent pairs, fewer are learnt.
    /// </summary>
    [Range(1, int.MaxValue)]
    public required int VocabularySize { get; init; }

    /// <summary>
    /// Whether text is lower-cased and loses its accents, as BERT's "uncased" models have it; true. Byte-level pieces keep both.
    /// </summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>How often a pair must occur to become one piece, and a character to be in the alphabet; 2.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumFrequency { get; init; } = 2;

    /// <summary>The most tokens of an input, which the files call <c>model_max_length</c>; 128.</summary>
    [Range(3, int.MaxValue)]
    public int MaximumTokens { get; init; } = 128;

    /// <summary>
    /// Characters that are in WordPiece's alphabet even where the text lacks them, so that other text has no unknown words
    /// because of them; printable ASCII.
    /// </summary>
    [Allowed("a string, empty for no more characters than the text has")]
    public string Alphabet { get; init; } = string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c));

    /// <summary>Which special tokens a byte-level tokenizer has; those of RoBERTa.</summary>
    public ByteLevelStyle Style { get; init; } = ByteLevelStyle.Roberta;

    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public void Validate()
    {
        var problems = new OptionProblems();
        problems.Check(this);
        problems.Throw();
    }

    /// <summary>Refuses a vocabulary that has no room for what every vocabulary has.</summary>
    public void CheckRoom(int special, int alphabet)
    {
        var problems = new OptionProblems();
        problems.Require(
            VocabularySize >= special + alphabet, nameof(VocabularySize), VocabularySize,
            $"{special + alphabet} or more: {special} special tokens and an alphabet of {alphabet}");
        problems.Throw();
    }
}

/// <summary>Whose special tokens a byte-level tokenizer has.</summary>
internal enum ByteLevelStyle
{
    /// <summary>An encoder's: a text is <c>&lt;s&gt; … &lt;/s&gt;</c>, and <c>&lt;mask&gt;</c> is to be guessed.</summary>
    Roberta,

    /// <summary>A decoder's: nothing is added to a text, and <c>&lt;|endoftext|&gt;</c> ends one.</summary>
    Gpt2,
}
