using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>
/// The κ above which a matrix can't be selected any more, for a scan that only has to rank. It follows from the matrices scanned so far and
/// holds for the whole checkpoint, so that each part of a scan has its own.
/// </summary>
internal sealed class RankingCut
{
    /// <summary>Exact values have errors of up to 5e-4, so that only a κ above the cut by this factor is surely above it.</summary>
    private const double Margin = 1.002;

    private readonly KappaSelection _selection;
    private readonly Dictionary<object, RunningCut> _cuts = [];

    private RankingCut(KappaSelection selection) => _selection = selection;

    /// <summary>The cut for a scan; null where every value is needed.</summary>
    /// <param name="candidates">The candidates of the whole checkpoint.</param>
    public static RankingCut? Create(ScanOptions options, IReadOnlyList<ScannedMatrix> candidates)
    {
        KappaSelection selection = options.Selection;
        // A matrix without κ makes its group smaller, which changes the shares of the others.
        bool groupsMayShrink = selection.Grouping != SelectionGrouping.None && options.NonFinite == NonFiniteHandling.Report;
        bool isLowest = selection.Policy is not (SelectionPolicy.Highest or SelectionPolicy.Random);
        bool isByKappa = selection.Score != SelectionScore.LayersAbove;
        if (options.Precision != ScanPrecision.Ranking || groupsMayShrink || !isLowest || !isByKappa)
            return null;

        var cut = new RankingCut(selection);
        ILookup<object, ScannedMatrix> groups = candidates.ToLookup(matrix => Selector.GroupOf(selection, matrix));
        if (selection.Policy == SelectionPolicy.ParameterBudget && selection.Grouping == SelectionGrouping.None)
        {
            cut._cuts[SelectionGrouping.None] = new(selection.Amount);
        }
        else if (selection.Policy != SelectionPolicy.Threshold)
        {
            foreach (IGrouping<object, ScannedMatrix> group in groups)
                cut._cuts[group.Key] = new(Places(selection, groups, group, candidates.Count) - 1);
        }

        return cut;
    }

    /// <summary>The cut for a matrix, on the scale of κ.</summary>
    public double ValueFor(ScannedMatrix matrix)
    {
        double score = _selection.Policy == SelectionPolicy.Threshold
            ? _selection.Amount
            : _cuts[Selector.GroupOf(_selection, matrix)].Value;
        double scale = _selection.Score == SelectionScore.Kappa ? 1 : GaussianConditionNumber.Expected(matrix.Rows, matrix.Columns);
        return score * scale * Margin;
    }

    /// <summary>Lowers the cut by a scanned matrix; a lower bound has no effect.</summary>
    public void Add(ScannedMatrix matrix)
    {
        if (matrix.IsLowerBound || matrix.ScoreOf(_selection.Score) is not { } score || _cuts.Count == 0)
            return;
        bool byParameters = _selection.Policy == SelectionPolicy.ParameterBudget && _selection.Grouping == SelectionGrouping.None;
        _cuts[Selector.GroupOf(_selection, matrix)].Add(score, byParameters ? matrix.Parameters : 1);
    }

    /// <summary>
    /// How many places of a group can still be selected. Place p of n has the share (p + ½) / n, and all matrices of lower shares, of any
    /// group, come before it. They may use up a budget, because each takes at least the parameters of its group's smallest.
    /// </summary>
    private static int Places(
        KappaSelection selection, ILookup<object, ScannedMatrix> groups, IGrouping<object, ScannedMatrix> group, int candidates)
    {
        bool byParameters = selection.Policy == SelectionPolicy.ParameterBudget;
        double budget = byParameters ? selection.Amount : Selector.CountOf(selection, candidates);
        (int Count, double Weight)[] sizes = [.. groups.Select(g => (g.Count(), WeightOf(g)))];
        int n = group.Count();
        for (int place = 0; place < n; place++)
        {
            double share = (place + 0.5) / n;
            // The margin keeps rounding from counting a matrix of the same share.
            double before = sizes.Sum(g => Math.Clamp(Math.Ceiling(share * g.Count - 0.5 - 1e-9), 0, g.Count) * g.Weight);
            // A count is full without the next matrix; a budget is full only at a matrix that exceeds it.
            if (byParameters ? before > budget : before >= budget)
                return place;
        }

        return n;

        double WeightOf(IEnumerable<ScannedMatrix> g) => byParameters ? g.Min(matrix => matrix.Parameters) : 1;
    }
}

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
