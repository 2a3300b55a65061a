using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Tests.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

/// <summary>A ranking leaves out values, never a matrix that an exact scan would select.</summary>
public sealed class RankingTests
{
    [Fact]
    public void In_any_order_of_any_matrices_the_cut_leaves_the_selection_as_it_is()
    {
        const int Cases = 3000;
        int bounds = 0, parts = 0;
        for (int seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            ScannedMatrix[] exact = RandomMatrices(random);
            KappaSelection selection = RandomSelection(random, exact);
            int shards = random.Next(1, 4);
            ScannedMatrix[] ranked = [.. Rank(exact, selection, random, shards)];
            bounds += ranked.Count(m => m.IsLowerBound);
            parts += shards > 1 && ranked.Any(m => m.IsLowerBound) ? 1 : 0;
            Assert.Equal(Selected(exact, selection), Selected(ranked, selection));
        }

        // Else nothing was tested.
        Assert.InRange(bounds, Cases, int.MaxValue);
        Assert.InRange(parts, Cases / 20, int.MaxValue);
    }

    [Fact]
    public void A_ranking_of_a_checkpoint_selects_what_an_exact_scan_does()
    {
        using var folder = new TemporaryFolder();
        int bounds = 0;
        for (int seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            string path = TestCheckpoint.Write(folder.File($"{seed}.safetensors"), RandomModel(random));
            ScanReport exact = TestCheckpoint.Scan(path, TestCheckpoint.Options());
            for (int i = 0; i < 6; i++)
            {
                KappaSelection selection = RandomSelection(random, [.. exact.Matrices]);
                ScanReport ranking = Ranking(path, selection);
                bounds += ranking.Matrices.Count(m => m.IsLowerBound);
                Assert.Equal(Selected(exact.Matrices, selection), Selected(ranking.Matrices, selection));
                foreach ((ScannedMatrix bound, ScannedMatrix value) in ranking.Matrices.Zip(exact.Matrices))
                {
                    if (!bound.IsLowerBound)
                        continue;
                    Assert.InRange(bound.Kappa!.Value, 1, value.Kappa!.Value * 1.001);
                    Assert.Null(bound.KappaError);
                }
            }
        }

        Assert.InRange(bounds, 20, int.MaxValue);
    }

    [Fact]
    public void Values_closer_than_their_error_are_ranked_the_same_way()
    {
        using var folder = new TemporaryFolder();
        // Nearly square and not, by themselves and in stacks with others that are far above the cut.
        IEnumerable<(string, Tensor)> apart = Enumerable.Range(0, 24).Select(
            i => ($"w{i:00}", Matrices.WithKappa(80, 56 + i % 3 * 8, Close(i), i).to(float32)));
        IEnumerable<(string, Tensor)> stacks = Enumerable.Range(0, 4).Select(
            i => ($"{i}.experts.down_proj", stack(
                Enumerable.Range(0, 6).Select(e => Matrices.WithKappa(72, 56 + i % 2 * 12, Close(6 * i + e), 100 + 6 * i + e).to(float32))
                    .ToArray())));
        string path = TestCheckpoint.Write(folder.File("m.safetensors"), [.. apart, .. stacks]);
        static double Close(int i) => i % 6 < 4 ? 20 * (1 + 1e-5 * (i * 7 % 20)) : 1000 + i;
        foreach (int count in new[] { 1, 5, 10, 15 })
        {
            KappaSelection lowest = KappaSelection.Lowest(count);
            ScanReport exact = TestCheckpoint.Scan(path, TestCheckpoint.Options(lowest));
            ScanReport ranking = Ranking(path, lowest);
            Assert.Equal(Selected(exact.Matrices, lowest), Selected(ranking.Matrices, lowest));
        }
    }

    /// <summary>Experts of a stack are solved together, and each has the cut of its own group.</summary>
    [Fact]
    public void Experts_of_one_stack_are_ranked_in_groups_of_their_own()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(2);
        // All of the first expert's are far below all of the second's.
        string path = TestCheckpoint.Write(folder.File("m.safetensors"), Enumerable.Range(0, 40).Select(i => (
            $"layers.0.{i:00}.experts.down_proj",
            stack([
                Matrices.WithKappa(64, 48, 2 + random.NextDouble(), 2 * i).to(float32),
                Matrices.WithKappa(64, 48, 1000 * (1 + random.NextDouble()), 2 * i + 1).to(float32),
            ]))));
        KappaSelection selection = KappaSelection.LowestFraction(0.25) with { Grouping = SelectionGrouping.PerExpert };
        ScanReport exact = TestCheckpoint.Scan(path, TestCheckpoint.Options(selection)), ranking = Ranking(path, selection);
        Assert.Equal(Selected(exact.Matrices, selection), Selected(ranking.Matrices, selection));
        Assert.Equal([10, 10], Enumerable.Range(0, 2).Select(e => ranking.Plan().Selected.Count(m => m.Expert == e)));
    }

    [Fact]
    public void A_ranking_is_planned_for_its_own_selection_only()
    {
        using var folder = new TemporaryFolder();
        string path = TestCheckpoint.Write(folder.File("m.safetensors"), RandomModel(new Random(1)));
        var selection = KappaSelection.Threshold(8) with { Exclude = ["*0*"] };
        ScanReport ranking = Ranking(path, selection);
        Assert.Contains(ranking.Matrices, m => m.IsLowerBound);
        Assert.NotEqual(0, ranking.Plan().SelectedCount);
        Assert.NotEqual(0, ranking.Plan(KappaSelection.Threshold(8) with { Exclude = ["*0*"] }).SelectedCount);
        Assert.Throws<InvalidOperationException>(() => ranking.Plan(KappaSelection.Threshold(9) with { Exclude = ["*0*"] }));
        Assert.Throws<InvalidOperationException>(() => ranking.Plan(KappaSelection.Threshold(8)));
    }

    [Fact]
    public void The_running_cut_is_where_the_budget_is_exceeded()
    {
        var cut = new RunningCut(budget: 10);
        Assert.Equal(double.PositiveInfinity, cut.Value);
        cut.Add(5, 6);
        cut.Add(3, 4);
        Assert.Equal(double.PositiveInfinity, cut.Value);
        cut.Add(7, 1);
        Assert.Equal(7, cut.Value);
        cut.Add(4, 1);
        Assert.Equal(5, cut.Value);
        cut.Add(1, 20);
        Assert.Equal(1, cut.Value);
        cut.Add(2, 5);
        Assert.Equal(1, cut.Value);
        Assert.Equal(0, new RunningCut(budget: -1).Value);
    }

    private static ScanReport Ranking(string path, KappaSelection selection) =>
        TestCheckpoint.Scan(path, TestCheckpoint.Options(selection) with { Precision = ScanPrecision.Ranking });

    /// <summary>
    /// Scans in a random order, in parts that know nothing of each other; most of what is above the cut becomes a random bound above it.
    /// </summary>
    private static IEnumerable<ScannedMatrix> Rank(ScannedMatrix[] exact, KappaSelection selection, Random random, int shards)
    {
        var options = new ScanOptions { Precision = ScanPrecision.Ranking, Selection = selection };
        IReadOnlyList<ScannedMatrix> candidates = Selector.Candidates(exact.Select(m => m with { Kappa = null }), selection);
        var names = candidates.Select(m => m.Id).ToHashSet();
        RankingCut?[] cuts = [.. Enumerable.Range(0, shards).Select(_ => RankingCut.Create(options, candidates))];
        foreach (ScannedMatrix matrix in exact.OrderBy(_ => random.Next()))
        {
            if (!names.Contains(matrix.Id) || cuts[random.Next(shards)] is not { } cut)
            {
                yield return matrix;
                continue;
            }

            double above = cut.ValueFor(matrix);
            double bound = Math.Max(1, Math.Min(matrix.Kappa!.Value, above * (1 + random.NextDouble())));
            ScannedMatrix result = matrix.Kappa > above && random.Next(4) > 0 ? matrix with { Kappa = bound, IsLowerBound = true } : matrix;
            cut.Add(result);
            yield return result;
        }
    }

    private static ScannedMatrix[] RandomMatrices(Random random)
    {
        (long Rows, long Columns)[] shapes = [(8, 8), (8, 32), (32, 8), (16, 16), (2, 3)];
        TensorRole[] roles = [TensorRole.Query, TensorRole.FeedForwardIn, TensorRole.ExpertOut, TensorRole.Embedding, TensorRole.Other];
        return [.. Enumerable.Range(0, random.Next(1, 60)).Select(i =>
        {
            (long rows, long columns) = shapes[random.Next(shapes.Length)];
            return new ScannedMatrix
            {
                Name = $"w{random.Next(10)}.{i}",
                Role = roles[random.Next(roles.Length)],
                Layer = random.Next(4) is > 0 and var layer ? layer : null,
                Expert = random.Next(4) is > 0 and var expert ? expert : null,
                Shape = [rows, columns],
                Rows = rows,
                Columns = columns,
                Kappa = random.Next(10) switch
                {
                    0 => double.PositiveInfinity,
                    < 4 => 1 + random.Next(5), // ties
                    _ => Math.Exp(6 * random.NextDouble()),
                },
            };
        })];
    }

    private static KappaSelection RandomSelection(Random random, ScannedMatrix[] matrices)
    {
        KappaSelection policy = random.Next(6) switch
        {
            0 => KappaSelection.Lowest(random.Next(1, 20)),
            1 => KappaSelection.LowestFraction(1 - random.NextDouble()),
            2 => KappaSelection.Threshold(Math.Exp(4 * random.NextDouble())),
            3 => KappaSelection.ParameterBudget(random.NextInt64(1, matrices.Sum(m => m.Parameters))),
            4 => KappaSelection.Highest(random.Next(1, 5)),
            _ => KappaSelection.Random(random.Next(1, 5), random.Next()),
        };
        return policy with
        {
            Score = (SelectionScore)random.Next(2),
            Grouping = policy.Policy == SelectionPolicy.Threshold ? SelectionGrouping.None : (SelectionGrouping)random.Next(5),
            Embeddings = random.Next(2) == 0,
        };
    }

    private static IEnumerable<(string, Tensor)> RandomModel(Random random)
    {
        string[] names = ["self_attn.q_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight", "mlp.experts.down_proj"];
        for (int layer = 0; layer < 3; layer++)
        {
            foreach (string name in names)
            {
                long m = 8 * random.Next(7, 12), n = 8 * random.Next(7, 12);
                Tensor[] experts = [.. Enumerable.Range(0, name.Contains("experts") ? 3 : 1).Select(
                    e => Matrices.WithKappa(m, n, Math.Exp(8 * random.NextDouble()), random.Next()).to(float32))];
                yield return ($"layers.{layer}.{name}", experts.Length == 1 ? experts[0] : stack(experts));
            }
        }
    }

    /// <summary>The selected matrices, best first; a word where nothing can be.</summary>
    private static string[] Selected(IEnumerable<ScannedMatrix> matrices, KappaSelection selection)
    {
        try
        {
            return [.. TuningPlan.Create(matrices, selection).Selected.Select(m => m.Id)];
        }
        catch (ArgumentException e) when (e.ParamName is "Threshold" or "ParameterBudget" or "selection")
        {
            return ["nothing"];
        }
    }
}
