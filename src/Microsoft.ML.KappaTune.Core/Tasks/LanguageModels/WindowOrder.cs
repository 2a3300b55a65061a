namespace Microsoft.ML.KappaTune.Tasks.LanguageModels;

/// <summary>
/// Shuffles windows into steps. Each epoch cuts the text at other places and shuffles anew; the last windows, too few for a step, are
/// left out.
/// </summary>
/// <param name="windows">The text.</param>
/// <param name="batchSize">Windows a step; fewer where the text has fewer.</param>
/// <param name="shortShare">The share of the steps whose windows are cut to a shorter length drawn anew.</param>
/// <param name="seed">Decides about all of it.</param>
internal sealed class WindowOrder(TokenWindows windows, int batchSize, double shortShare, int seed)
{
    // A sentence fits, and there is enough to guess from.
    private const int ShortestWindow = 16;

    private int[] _windows = [];
    private int _epoch = -1, _first;

    /// <summary>Windows a step.</summary>
    public int BatchSize { get; } = Math.Min(batchSize, windows.Count);

    public int StepsPerEpoch => windows.Count / BatchSize;

    /// <summary>The tokens of a step's windows, one after another. The same seed and step always give the same.</summary>
    /// <param name="step">From 0.</param>
    public (int[] Tokens, int Length) At(int step)
    {
        int epoch = step / StepsPerEpoch, place = step % StepsPerEpoch;
        if (epoch != _epoch)
            Begin(epoch);
        int length = LengthAt(step);
        int[] tokens = new int[BatchSize * length];
        for (int i = 0; i < BatchSize; i++)
            windows.Copy(_windows[place * BatchSize + i], _first, tokens.AsSpan(i * length, length));
        return (tokens, length);
    }

    private void Begin(int epoch)
    {
        var random = new Random(RandomSeeds.ForOrder(seed, epoch));
        _first = random.Next(windows.TokenCount);
        _windows = [.. Enumerable.Range(0, windows.Count)];
        random.Shuffle(_windows);
        _epoch = epoch;
    }

    private int LengthAt(int step)
    {
        var random = new Random(RandomSeeds.ForLength(seed, step));
        return windows.Length > ShortestWindow && random.NextDouble() < shortShare
            ? random.Next(ShortestWindow, windows.Length)
            : windows.Length;
    }
}
