namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>
/// The lowest score, of those seen, at which the weights of everything up to it exceed a budget: whatever scores above it can't
/// be taken within the budget. Falls as more is seen.
/// </summary>
internal sealed class RunningCut(double budget)
{
    private readonly PriorityQueue<(double Score, double Weight), double> _highestFirst = new();
    private double _total;

    /// <summary>+∞ while the budget isn't exceeded; 0 where it takes nothing.</summary>
    public double Value => _total <= budget ? double.PositiveInfinity
        : _highestFirst.TryPeek(out (double Score, double Weight) highest, out _) ? highest.Score
        : 0;

    public void Add(double score, double weight)
    {
        _highestFirst.Enqueue((score, weight), -score);
        _total += weight;
        while (_highestFirst.TryPeek(out (double Score, double Weight) highest, out _) && _total - highest.Weight > budget)
        {
            _highestFirst.Dequeue();
            _total -= highest.Weight;
        }
    }
}
