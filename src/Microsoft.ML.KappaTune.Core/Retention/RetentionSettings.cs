namespace Microsoft.ML.KappaTune.Retention;

/// <summary>How retention is measured. The defaults are for all: only measurements with the same settings can be compared.</summary>
internal sealed record RetentionSettings
{
    /// <summary>Windows at most, or pairs of sentences, taken evenly over the text; of the task, texts.</summary>
    public int MaxWindows { get; init; } = 200;

    /// <summary>Tokens of a window at most, special ones included; fewer where the model takes fewer.</summary>
    public int WindowTokens { get; init; } = 128;

    /// <summary>
    /// How many tokens a decoder's window is further than the one before; the others of a window are context that was guessed already.
    /// At most half of a window's tokens.
    /// </summary>
    public int StrideTokens { get; init; } = 64;

    /// <summary>The share of an encoder's window to guess, as in BERT's pre-training.</summary>
    public double MaskedShare { get; init; } = 0.15;

    /// <summary>
    /// Decides which tokens are masked, and what the intervals are drawn from: not the training's seed, so that runs compare.
    /// </summary>
    public int Seed { get; init; }

    /// <summary>Pairs of sentences of a group at most: each sentence chooses among so many.</summary>
    public int PairsPerGroup { get; init; } = 50;

    /// <summary>Windows a forward pass.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Bootstrap samples behind an interval.</summary>
    public int Resamples { get; init; } = 1000;
}
