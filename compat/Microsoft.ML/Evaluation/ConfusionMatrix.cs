namespace Microsoft.ML.Data;

/// <summary>How often each true class was predicted as each class.</summary>
public sealed class ConfusionMatrix
{
    private readonly IReadOnlyList<string> _names;
    private readonly bool _isBinary;

    internal ConfusionMatrix(double[][] counts, IReadOnlyList<string> names, bool isBinary)
    {
        Counts = counts;
        _names = names;
        _isBinary = isBinary;
        int n = NumberOfClasses = counts.Length;
        PerClassRecall = [.. Enumerable.Range(0, n).Select(c => Share(counts[c][c], counts[c].Sum()))];
        PerClassPrecision = [.. Enumerable.Range(0, n).Select(c => Share(counts[c][c], counts.Sum(row => row[c])))];
    }

    /// <summary>For each class, the share of its predictions that are right; 0 for a class that was never predicted.</summary>
    public IReadOnlyList<double> PerClassPrecision { get; }

    /// <summary>For each class, the share of its rows that were predicted right; 0 for a class without rows.</summary>
    public IReadOnlyList<double> PerClassRecall { get; }

    /// <summary>The counts: rows are true classes, columns predicted ones. In a binary matrix index 0 is the positive class.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    /// <summary>The number of classes.</summary>
    public int NumberOfClasses { get; }

    /// <summary>The table as text for a console, with class names where they are short enough and indices where not.</summary>
    public string GetFormattedConfusionTable() => ConfusionTable.Format(this, _names, _isBinary);

    /// <summary>
    /// How many rows of the class at <paramref name="actualClassIndicatorIndex"/> were predicted as the class at
    /// <paramref name="predictedClassIndicatorIndex"/>.
    /// </summary>
    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex) =>
        Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;
}
