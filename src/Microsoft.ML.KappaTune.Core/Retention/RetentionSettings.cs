using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// How retention is measured. Only measurements with the same settings can be compared, and all callers use the defaults.
/// </summary>
internal sealed record RetentionSettings
{
    /// <summary>The most windows of a control text, or pairs of its sentences, and the most texts of the task.</summary>
    public int MaxWindows { get; init; } = 200;

    /// <summary>Tokens of a window at most, special ones included; fewer where the model takes fewer.</summary>
    public int WindowTokens { get; init; } = 128;

    /// <summary>
    /// The stride of a decoder's windows, in tokens, at most half of a window; the other tokens of a window are context that was guessed
    /// already.
    /// </summary>
    public int StrideTokens { get; init; } = 64;

    /// <summary>The share of an encoder's window to guess, as in BERT's pre-training.</summary>
    public double MaskedShare { get; init; } = 0.15;

    /// <summary>The seed of masks and bootstrap draws. It isn't the training's, so that runs can be compared.</summary>
    public int Seed { get; init; }

    /// <summary>The most pairs of sentences in a group: a sentence chooses its neighbour among so many.</summary>
    public int PairsPerGroup { get; init; } = 50;

    /// <summary>Windows a forward pass.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Bootstrap samples behind an interval.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Tokens of a window at most, special ones included, for a model.</summary>
    /// <param name="positions">Tokens that the model takes.</param>
    public int Longest(int positions, HuggingFaceTokenizer tokenizer) =>
        Math.Min(WindowTokens, Math.Min(positions, tokenizer.MaxLength));
}
