using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>
/// Scanned matrices and a selection to decisions: who is a candidate, in which order, and how many are taken.
/// The result depends on the matrices' names and values only, not on their order.
/// </summary>
internal sealed class Selector
{
    private readonly KappaSelection _selection;
    private readonly ScannedMatrix[] _matrices;
    private readonly SelectionRule[] _rules;
    private readonly string?[] _patterns;
    private readonly int[] _ranks;
    private readonly bool[] _selected;
    private readonly int _lastLayer;
    private readonly Dictionary<(string Name, TensorPart? Part), int> _biases = [];

    private Selector(IEnumerable<ScannedMatrix> matrices, KappaSelection selection)
    {
        _selection = selection;
        _matrices = [.. matrices.OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.IsStacked ? m.Expert : null)
            .ThenBy(m => m.PartStart)];
        _rules = new SelectionRule[_matrices.Length];
        _patterns = new string?[_matrices.Length];
        _ranks = new int[_matrices.Length];
        _selected = new bool[_matrices.Length];
        _lastLayer = _matrices.Max(m => m.Layer) ?? 0;
    }

    /// <summary>A decision for every matrix, in ordinal order of names.</summary>
    /// <exception cref="ArgumentException">The selection is invalid, names nothing, or selects nothing.</exception>
    public static IReadOnlyList<PlannedMatrix> Select(IEnumerable<ScannedMatrix> matrices, KappaSelection selection)
    {
        SelectionCheck.Validate(selection);
        var selector = new Selector(matrices, selection);
        SelectionCheck.Validate(selector._matrices, selection);
        for (int i = 0; i < selector._matrices.Length; i++)
        {
            selector._rules[i] = selector.Classify(i);
            if (selector._rules[i] == SelectionRule.Bias)
                selector._biases[(selector._matrices[i].Name, selector._matrices[i].Part)] = i;
        }

        int[] candidates = selector.Rank();
        int taken = selector.Take(candidates);
        if (taken == 0)
        {
            ScannedMatrix[] order = [.. candidates.Select(i => selector._matrices[i])];
            ScannedMatrix[] unreadable = [.. selector._matrices.Where((_, i) => selector._rules[i] == SelectionRule.Unreadable)];
            throw order.Length == 0 && unreadable.Length > 0
                ? SelectionCheck.NothingReadable(unreadable)
                : SelectionCheck.NothingSelected(selection, order, order.Length == 0 ? 0 : selector.ScoreOf(order[0]));
        }

        foreach (int i in candidates.AsSpan(0, taken))
            selector._selected[i] = true;
        selector.AddBiasesAndNorms();
        return [.. Enumerable.Range(0, selector._matrices.Length).Select(i => selector.Decide(i, candidates.Length, taken))];
    }

    /// <summary>The matrices that compete, scanned already or not; the scan needs no others.</summary>
    /// <exception cref="ArgumentException">The selection is invalid or names nothing.</exception>
    public static IReadOnlyList<ScannedMatrix> Candidates(IEnumerable<ScannedMatrix> matrices, KappaSelection selection)
    {
        SelectionCheck.Validate(selection);
        var selector = new Selector(matrices, selection);
        SelectionCheck.Validate(selector._matrices, selection);
        // NoScore is what's left of a candidate without a condition number; an empty matrix never has one.
        return [.. Enumerable.Range(0, selector._matrices.Length)
            .Where(i => selector._matrices[i].Parameters > 0 && selector.Classify(i) is (SelectionRule.Rank or SelectionRule.NoScore))
            .Select(i => selector._matrices[i])];
    }

    /// <summary>How many of so many candidates a policy that counts takes.</summary>
    public static int CountOf(KappaSelection selection, int candidates) => selection.Policy == SelectionPolicy.LowestFraction
        // 0.29 × 100 is a little below 29 in binary.
        ? Math.Min(candidates, Math.Max(1, (int)Math.Floor(selection.Amount * candidates + 1e-9)))
        : (int)Math.Min(candidates, selection.Amount);

    /// <summary>What is ranked against each other: equal for matrices of one group.</summary>
    public static object GroupOf(KappaSelection selection, ScannedMatrix matrix) => selection.Grouping switch
    {
        SelectionGrouping.PerRole => matrix.Role,
        SelectionGrouping.PerShape => (Math.Min(matrix.Rows, matrix.Columns), Math.Max(matrix.Rows, matrix.Columns)),
        SelectionGrouping.PerLayer => matrix.Layer ?? (object)SelectionGrouping.None,
        SelectionGrouping.PerExpert => (matrix.Expert is null ? null : matrix.Layer, matrix.Expert),
        _ => SelectionGrouping.None,
    };

    private SelectionRule Classify(int index)
    {
        ScannedMatrix matrix = _matrices[index];
        if (_selection.Include.Count > 0 && !_selection.Include.Any(pattern => Glob.Matches(pattern, matrix)))
            return SelectionRule.NotIncluded;
        if (_selection.Exclude.FirstOrDefault(pattern => Glob.Matches(pattern, matrix)) is { } excluding)
        {
            _patterns[index] = excluding;
            return SelectionRule.Excluded;
        }

        return matrix.Role switch
        {
            _ when matrix.Problem is not null => SelectionRule.Unreadable,
            _ when matrix.Encoding is null && !matrix.DataType.IsFloatingPoint() => SelectionRule.Integer,
            TensorRole.Norm => SelectionRule.Norm,
            TensorRole.Bias => SelectionRule.Bias,
            _ when matrix.Shape.Count < 2 => SelectionRule.Vector,
            TensorRole.Embedding when !_selection.Embeddings => SelectionRule.Embedding,
            TensorRole.Head when !_selection.Heads => SelectionRule.Head,
            TensorRole.Router when !_selection.Routers => SelectionRule.Router,
            _ when Math.Min(matrix.Rows, matrix.Columns) == 1 && !_selection.SingleDimensions => SelectionRule.SingleDimension,
            _ when Math.Max(matrix.Rows, matrix.Columns) > _selection.LargestDimension => SelectionRule.TooLarge,
            _ when matrix.Kappa is null => SelectionRule.NoScore,
            _ => SelectionRule.Rank,
        };
    }

    /// <summary>
    /// The candidates, best first. With groups, each matrix stands where its rank in its group is in proportion to the group's
    /// size, so that every beginning of the order holds the same share of every group.
    /// </summary>
    private int[] Rank()
    {
        int[] candidates = [.. Enumerable.Range(0, _matrices.Length).Where(i => _rules[i] == SelectionRule.Rank)];
        double[] keys = [.. _matrices.Select(OrderKey)];
        // Sorting keeps the order of equals, which is that of names.
        int[] order = [.. candidates.OrderBy(i => keys[i]).ThenBy(i => SecondKey(_matrices[i]))];
        if (_selection.Grouping != SelectionGrouping.None)
        {
            order = [.. order
                .GroupBy(i => GroupOf(_selection, _matrices[i]))
                .SelectMany(group => group.Select((index, place) => (index, Share: (place + 0.5) / group.Count())))
                .OrderBy(x => x.Share).ThenBy(x => keys[x.index]).ThenBy(x => x.index)
                .Select(x => x.index)];
        }

        for (int i = 0; i < order.Length; i++)
            _ranks[order[i]] = i + 1;
        return order;
    }

    /// <summary>Ascending: the score, its negative for the highest, a hash of seed and name for a random order.</summary>
    private double OrderKey(ScannedMatrix matrix) => _selection.Policy switch
    {
        SelectionPolicy.Random => Hash($"{_selection.Seed}\n{matrix.Id}"),
        SelectionPolicy.Highest => -ScoreOf(matrix),
        _ => ScoreOf(matrix),
    };

    /// <summary>Among matrices of one layer, κ decides.</summary>
    private double SecondKey(ScannedMatrix matrix) => (_selection.Score, _selection.Policy) switch
    {
        (SelectionScore.LayersAbove, SelectionPolicy.Highest) => -matrix.Kappa!.Value,
        (SelectionScore.LayersAbove, _) => matrix.Kappa!.Value,
        _ => 0,
    };

    private static uint Hash(string text) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private double ScoreOf(ScannedMatrix matrix) =>
        _selection.Score == SelectionScore.LayersAbove ? LayersAbove(matrix) : matrix.ScoreOf(_selection.Score) ?? double.NaN;

    private int LayersAbove(ScannedMatrix matrix) =>
        matrix.Layer is { } layer ? _lastLayer - layer : matrix.Role == TensorRole.Embedding ? _lastLayer + 1 : 0;

    private int Take(int[] order) => _selection.Policy switch
    {
        SelectionPolicy.Threshold => order.Count(i => ScoreOf(_matrices[i]) <= _selection.Amount),
        SelectionPolicy.ParameterBudget => Affordable(order),
        _ => CountOf(_selection, order.Length),
    };

    private int Affordable(int[] order)
    {
        long left = (long)_selection.Amount;
        if (_selection.Norms)
            left -= Enumerable.Range(0, _matrices.Length).Where(i => _rules[i] == SelectionRule.Norm).Sum(i => _matrices[i].Parameters);
        for (int taken = 0; taken < order.Length; taken++)
        {
            left -= _matrices[order[taken]].Parameters;
            if (_selection.Biases && BiasOf(order[taken]) is { } bias)
                left -= _matrices[bias].Parameters;
            if (left < 0)
                return taken;
        }

        return order.Length;
    }

    private void AddBiasesAndNorms()
    {
        for (int i = 0; i < _matrices.Length; i++)
        {
            if (_selection.Norms && _rules[i] == SelectionRule.Norm)
                _selected[i] = true;
            if (_selection.Biases && _rules[i] == SelectionRule.Rank && _selected[i] && BiasOf(i) is { } bias)
                _selected[bias] = true;
        }
    }

    /// <summary>The bias beside a weight, or a part's of a part; a stack's bias is all experts', so it goes with none of them.</summary>
    private int? BiasOf(int weight)
    {
        const string Weight = ".weight";
        ScannedMatrix matrix = _matrices[weight];
        if (matrix.IsStacked || !matrix.Name.EndsWith(Weight, StringComparison.Ordinal))
            return null;
        return _biases.TryGetValue((matrix.Name[..^Weight.Length] + ".bias", matrix.Part), out int bias) ? bias : null;
    }

    private PlannedMatrix Decide(int index, int candidates, int taken)
    {
        bool selected = _selected[index];
        int? rank = _rules[index] == SelectionRule.Rank ? _ranks[index] : null;
        string reason = _rules[index] switch
        {
            SelectionRule.Rank => $"rank {rank} of {candidates}; {_selection} takes {taken}",
            SelectionRule.Bias when selected => "bias of a selected weight",
            SelectionRule.Bias => _selection.Biases ? "bias of no selected weight" : "bias: not asked for",
            SelectionRule.Norm => selected ? "norm: asked for" : "norm: not asked for",
            SelectionRule.NotIncluded => "no include pattern matches",
            SelectionRule.Excluded => $"excluded by {_patterns[index]}",
            SelectionRule.Embedding => "embedding: not asked for",
            SelectionRule.Head => "head: not asked for",
            SelectionRule.Router => "router: not asked for",
            SelectionRule.Vector => "a vector has no condition number",
            SelectionRule.SingleDimension => "a dimension of 1: its condition number is always 1",
            SelectionRule.TooLarge => $"a dimension is larger than {_selection.LargestDimension}",
            SelectionRule.Integer => "integers aren't weights",
            SelectionRule.Unreadable => _matrices[index].Problem!,
            _ => "no condition number: a value is NaN or infinite, or the scan left it out",
        };
        return new(_matrices[index], selected, _rules[index], rank, reason);
    }
}
