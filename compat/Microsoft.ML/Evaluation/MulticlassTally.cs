namespace Microsoft.ML.Data;

/// <summary>Counts rows of (true class, scores) and gives the multiclass metrics of those seen.</summary>
internal sealed class MulticlassTally(int classes)
{
    // A single-precision constant: its logarithm, 34.53877639, shows in the metrics.
    private const float SmallestScore = 1e-15f;

    private readonly double[] _rows = new double[classes];
    private readonly double[] _logLoss = new double[classes];

    // How many rows have k scores ranked before their true class's. The last entry is for classes that have no score.
    private readonly double[] _ranks = new double[classes + 1];
    private double _count, _totalLogLoss;

    /// <summary>Row: true class; column: predicted class.</summary>
    public double[][] Confusion { get; } = [.. Enumerable.Range(0, classes).Select(_ => new double[classes])];

    public double MicroAccuracy => _count > 0 ? Correct.Sum() / _count : 0;

    public double MacroAccuracy =>
        Enumerable.Range(0, classes).Where(c => _rows[c] > 0).Select(c => Correct[c] / _rows[c]).DefaultIfEmpty(0).Average();

    public double LogLoss => _count > 0 ? _totalLogLoss / _count : 0;

    public double LogLossReduction
    {
        get
        {
            double entropy = -_rows.Where(n => n > 0).Sum(n => n / _count * Math.Log(n / _count));
            // With one class the entropy is negative zero, hence +infinity.
            return (entropy - LogLoss) / entropy;
        }
    }

    public double[] PerClassLogLoss => [.. _logLoss.Zip(_rows, (sum, n) => n > 0 ? sum / n : 0)];

    private double[] Correct => [.. Confusion.Select((row, c) => row[c])];

    /// <param name="label">The true class, from 0; <c>classes</c> or more for one that has no score.</param>
    /// <param name="scores">A finite score a class.</param>
    public void Add(int label, ReadOnlySpan<float> scores)
    {
        _count++;
        bool known = label < classes;
        double loss = -Math.Log(known ? Math.Clamp(scores[label], SmallestScore, 1f) : SmallestScore);
        _totalLogLoss += loss;
        _ranks[known ? Rank(label, scores) : classes]++;
        if (!known)
            return;

        _rows[label]++;
        _logLoss[label] += loss;
        Confusion[label][ArgMax(scores)]++;
    }

    public double[] TopKAccuracies(int k)
    {
        var accuracies = new double[k];
        double sum = 0;
        for (int i = 0; i < k; i++)
            accuracies[i] = sum += _ranks[i] / _count;
        return accuracies;
    }

    private static int ArgMax(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int c = 1; c < scores.Length; c++)
            if (scores[c] > scores[best])
                best = c;
        return best;
    }

    /// <summary>Of equal scores the one with the lower index comes first.</summary>
    private static int Rank(int label, ReadOnlySpan<float> scores)
    {
        int rank = 0;
        for (int c = 0; c < scores.Length; c++)
            if (scores[c] > scores[label] || (scores[c] == scores[label] && c < label))
                rank++;
        return rank;
    }
}
