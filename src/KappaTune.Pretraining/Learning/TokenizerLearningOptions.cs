namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>How a tokenizer is learnt from text.</summary>
internal sealed record TokenizerLearningOptions
{
    /// <summary>
    /// Tokens, special ones and single characters included; no default. Where the text has too few frequent pairs, fewer are learnt.
    /// </summary>
    public required int VocabularySize { get; init; }

    /// <summary>Whether text is lower-cased and loses its accents, as BERT's "uncased" models have it; true. Byte-level pieces keep both.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>How often a pair must occur to become one piece, and a character to be in the alphabet; 2.</summary>
    public int MinimumFrequency { get; init; } = 2;

    /// <summary>The most tokens of an input, which the files call <c>model_max_length</c>; 128.</summary>
    public int MaximumTokens { get; init; } = 128;

    /// <summary>
    /// Characters that are in WordPiece's alphabet even where the text lacks them, so that other text has no unknown words
    /// because of them; printable ASCII.
    /// </summary>
    public string Alphabet { get; init; } = string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c));

    /// <summary>Which special tokens a byte-level tokenizer has; those of RoBERTa.</summary>
    public ByteLevelStyle Style { get; init; } = ByteLevelStyle.Roberta;

    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and what is allowed.</exception>
    public void Validate()
    {
        Require(VocabularySize >= 1, nameof(VocabularySize), VocabularySize, "1 or more");
        Require(MinimumFrequency >= 1, nameof(MinimumFrequency), MinimumFrequency, "1 or more");
        Require(MaximumTokens >= 3, nameof(MaximumTokens), MaximumTokens, "3 or more: two special tokens and one of the text");
        Require(Alphabet is not null, nameof(Alphabet), "null", "a string, empty for no more characters than the text has");
        Require(Enum.IsDefined(Style), nameof(Style), Style, "Roberta or Gpt2");
    }

    /// <summary>Refuses a vocabulary that has no room for what every vocabulary has.</summary>
    public void CheckRoom(int special, int alphabet) => Require(
        VocabularySize >= special + alphabet, nameof(VocabularySize), VocabularySize,
        $"{special + alphabet} or more: {special} special tokens and an alphabet of {alphabet}");

    private static void Require(bool holds, string property, object value, string allowed)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{property} is {value}; allowed is {allowed}."), property);
    }
}
