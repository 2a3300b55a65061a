namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// One half of a control text's samples, windows or pairs of sentences: one half decides, the other is reported, and they share none.
/// </summary>
internal sealed class RetentionPart
{
    /// <summary>Fewer samples than this in a half say nothing about how far chance goes.</summary>
    public const int FewestSamples = 8;

    /// <summary>So many samples are taken at least, where the text has them, however few tokens they may have.</summary>
    private const int FewestDeciding = 32;

    private readonly int _offset;
    private readonly long _mostTokens;

    private RetentionPart(int offset, long mostTokens) => (_offset, _mostTokens) = (offset, mostTokens);

    /// <summary>The half that had no part in any decision.</summary>
    public static RetentionPart Reported { get; } = new(1, long.MaxValue);

    /// <summary>The half that decides.</summary>
    public static RetentionPart Deciding { get; } = new(0, long.MaxValue);

    /// <summary>As many of the samples, evenly taken, as have so many tokens.</summary>
    public RetentionPart Within(long mostTokens) => new(_offset, mostTokens);

    /// <summary>The half's samples, in their order.</summary>
    /// <param name="tokens">How many tokens a sample has.</param>
    /// <exception cref="FormatException">There are too few.</exception>
    public IReadOnlyList<T> Choose<T>(IReadOnlyList<T> samples, Func<T, int> tokens, ControlSource text)
    {
        T[] half = [.. samples.Where((_, i) => i % 2 == _offset)];
        if (half.Length < FewestSamples)
        {
            throw new FormatException(
                $"{text.Name} is too short for a budget: it has {samples.Count} samples of {2 * FewestSamples} that are needed, half of "
                + "them to decide and half to report. Name a longer text.");
        }

        double mean = half.Average(sample => (double)tokens(sample));
        int count = (int)Math.Clamp(_mostTokens / mean, Math.Min(FewestDeciding, half.Length), half.Length);
        return [.. Enumerable.Range(0, count).Select(i => half[(int)((long)i * half.Length / count)])];
    }
}
