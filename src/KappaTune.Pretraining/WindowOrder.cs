using Microsoft.ML.KappaTune.Compute;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// Which windows meet in which step. Each epoch cuts the text elsewhere and shuffles anew; what would make an incomplete step is left
/// out, and is other windows in each epoch.
/// </summary>
internal sealed class WindowOrder(TokenWindows windows, PretrainingOptions options)
{
    // So short that a sentence fits, not so short that there is nothing to guess from.
    private const int ShortestWindow = 16;

    private int[] _windows = [];
    private int _epoch = -1, _first;

    /// <summary>Windows a step.</summary>
    public int BatchSize { get; } = Math.Min(options.BatchSize, windows.Count);

    public int StepsAnEpoch => windows.Count / BatchSize;

    /// <summary>Steps that the options ask for.</summary>
    public int TotalSteps => options.Steps
        ?? (int)Math.Clamp(Math.Round(StepsAnEpoch * (options.Epochs ?? DefaultEpochs)), 1, int.MaxValue);

    private const double DefaultEpochs = 10;

    /// <summary>The tokens of a step's windows, one after another. What seed and step give, they always give.</summary>
    /// <param name="step">From 0.</param>
    public (int[] Tokens, int Length) At(int step)
    {
        int epoch = step / StepsAnEpoch, place = step % StepsAnEpoch;
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
        var random = new Random(RandomSeeds.ForOrder(options.Seed, epoch));
        _first = random.Next(windows.TokenCount);
        _windows = [.. Enumerable.Range(0, windows.Count)];
        random.Shuffle(_windows);
        _epoch = epoch;
    }

    private int LengthAt(int step)
    {
        var random = new Random(RandomSeeds.ForLength(options.Seed, step));
        return windows.Length > ShortestWindow && random.NextDouble() < options.ShortShare
            ? random.Next(ShortestWindow, windows.Length)
            : windows.Length;
    }
}
