namespace Microsoft.ML.Data;

/// <summary>Counts rows of (true class, predicted class, score, probability) and gives the binary metrics of those seen.</summary>
internal sealed class BinaryTally
{
    private readonly List<(float Score, bool IsPositive)> _scored = [];
    private double _logLoss;

    /// <summary>Row: true class; column: predicted class; positive first.</summary>
    public double[][] Confusion { get; } = [new double[2], new double[2]];

    public double Accuracy => (Confusion[0][0] + Confusion[1][1]) / _scored.Count;

    public double LogLoss => _logLoss / _scored.Count;

    public double Entropy
    {
        get
        {
            double positive = Positives / _scored.Count, negative = Negatives / _scored.Count;
            return Bits(positive) + Bits(negative);

            static double Bits(double p) => p > 0 ? -p * Math.Log2(p) : 0;
        }
    }

    private double Positives => Confusion[0].Sum();

    private double Negatives => Confusion[1].Sum();

    public void Add(bool label, bool predicted, float score, float probability)
    {
        _scored.Add((score, label));
        Confusion[label ? 0 : 1][predicted ? 0 : 1]++;
        _logLoss -= Math.Log2(label ? probability : 1.0 - probability);
    }

    /// <summary>The Mann-Whitney statistic: the sum of the positives' ranks, equal scores sharing their mean rank.</summary>
    public double AreaUnderRocCurve()
    {
        if (Positives == 0)
            throw new ArgumentOutOfRangeException("PosSample", "AUC is not defined when there is no positive class in the data");
        if (Negatives == 0)
            throw new ArgumentOutOfRangeException("NegSample", "AUC is not defined when there is no negative class in the data");

        double wins = 0, negativesAbove = 0;
        foreach ((double positives, double negatives) in Thresholds())
        {
            wins += positives * (Negatives - negativesAbove - negatives / 2);
            negativesAbove += negatives;
        }

        return wins / (Positives * Negatives);
    }

    public double AreaUnderPrecisionRecallCurve()
    {
        double area = 0, truePositives = 0, all = 0, lastRecall = 0, lastPrecision = 1;
        foreach ((double positives, double negatives) in Thresholds())
        {
            truePositives += positives;
            all += positives + negatives;
            double recall = truePositives / Positives, precision = truePositives / all;
            area += (recall - lastRecall) * (lastPrecision + precision) / 2;
            (lastRecall, lastPrecision) = (recall, precision);
        }

        return area;
    }

    /// <summary>From the highest score down, how many positives and negatives have exactly that score.</summary>
    private IEnumerable<(double Positives, double Negatives)> Thresholds() =>
        _scored.GroupBy(row => row.Score).OrderByDescending(group => group.Key)
            .Select(group => ((double)group.Count(row => row.IsPositive), (double)group.Count(row => !row.IsPositive)));
}
