using Microsoft.ML.KappaTune.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Spectra;

[Collection(nameof(ProcessSettings))]
public class ConditionNumberSolverTests
{
    public static TheoryData<long, long, double> Cases()
    {
        var rows = new TheoryData<long, long, double>();
        foreach ((long m, long n) in new[] { (1L, 7L), (2, 2), (5, 3), (64, 64), (257, 257), (300, 70), (70, 300), (257, 256), (600, 520) })
            foreach (double kappa in new[] { 1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e9 })
                rows.Add(m, n, kappa);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kappa_is_that_of_the_stored_values(long rows, long columns, double kappa)
    {
        foreach (ScalarType type in new[] { float64, float32, bfloat16, float16 })
        {
            using Tensor stored = Matrices.WithKappa(rows, columns, kappa, seed: 1).to(type);
            double reference = Matrices.Reference(stored);
            ConditionNumber found = Assert.Single(ConditionNumberSolver.Solve(stored.unsqueeze(0)));
            double error = Math.Abs(found.Kappa / reference - 1);
            Assert.True(
                error <= (reference <= 1.01e6 ? 1e-3 : 1e-2), $"{type}: κ = {found.Kappa}, float64 says {reference}, off by {error:e2}");
            Assert.True(error <= found.RelativeError + 1e-9, $"{type}: off by {error:e2}, beyond its bound of {found.RelativeError:e2}");
        }
    }

    [Fact]
    public void A_stack_is_solved_as_its_matrices_are()
    {
        using var scope = NewDisposeScope();
        Tensor[] matrices = [.. new[] { 2.0, 50, 1e4, 1e7 }.Select((kappa, i) => Matrices.WithKappa(90, 60, kappa, seed: i).to(float32))];
        ConditionNumber[] stacked = ConditionNumberSolver.Solve(stack(matrices));
        for (int i = 0; i < matrices.Length; i++)
            Assert.Equal(1, stacked[i].Kappa / ConditionNumberSolver.Solve(matrices[i].unsqueeze(0))[0].Kappa, 4);
    }

    [Fact]
    public void Zero_and_rank_deficient_matrices_are_infinite_and_bad_values_are_told()
    {
        using var scope = NewDisposeScope();
        Tensor deficient = Matrices.WithKappa(40, 30, 10, seed: 3);
        deficient[TensorIndex.Colon, 7] = deficient[TensorIndex.Colon, 8];
        Assert.Equal(double.PositiveInfinity, ConditionNumberSolver.Solve(deficient.unsqueeze(0))[0].Kappa);
        Assert.Equal(double.PositiveInfinity, ConditionNumberSolver.Solve(zeros(1, 4, 3))[0].Kappa);

        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Tensor spoilt = ones(2, 4, 3);
            spoilt[1, 2, 1] = bad;
            ConditionNumber[] found = ConditionNumberSolver.Solve(spoilt);
            Assert.False(found[1].IsFinite);
            Assert.True(found[0].IsFinite);
        }
    }

    [Theory]
    [InlineData(1e-30)]
    [InlineData(3.0)]
    [InlineData(1e30)]
    public void Scaling_transposing_and_rotating_change_nothing(double factor)
    {
        using var scope = NewDisposeScope();
        Tensor matrix = Matrices.WithKappa(120, 80, 300, seed: 5);
        double kappa = Kappa(matrix);
        Assert.Equal(1, Kappa(matrix.mul(factor).to(float32)) / kappa, 3);
        Assert.Equal(kappa, Kappa(matrix.mul(Math.Pow(2, -70))));
        Assert.Equal(1, Kappa(matrix.transpose(0, 1)) / kappa, 6);
        Tensor rotation = linalg.qr(randn(120, 120, float64)).Q;
        Assert.Equal(1, Kappa(rotation.matmul(matrix)) / kappa, 6);

        static double Kappa(Tensor matrix) => ConditionNumberSolver.Solve(matrix.unsqueeze(0))[0].Kappa;
    }

    [Theory]
    [InlineData(200, 180, false)]
    [InlineData(200, 180, true)]
    [InlineData(180, 180, true)]
    [InlineData(90, 400, false)]
    [InlineData(90, 400, true)]
    public void A_matrix_past_the_cut_gets_a_bound_that_holds_and_one_below_it_its_value(long rows, long columns, bool byHalf)
    {
        using var scope = NewDisposeScope();
        foreach (double kappa in new[] { 5.0, 19, 21, 40, 1e3, 1e5 })
        {
            Tensor matrix = Matrices.WithKappa(rows, columns, kappa, seed: 9).to(float32);
            double reference = Matrices.Reference(matrix);
            ConditionNumber found = ConditionNumberSolver.Solve(matrix.unsqueeze(0), cut: 20, byHalf ? new() : null)[0];
            if (found.IsLowerBound)
                Assert.InRange(found.Kappa, 20, reference * 1.001);
            else
                Assert.Equal(1, found.Kappa / reference, 3);
            Assert.False(found.IsLowerBound && reference < 20);
            Assert.True(found.IsLowerBound || reference < 60, $"κ = {reference} should have been settled by its bound");
        }
    }

    [Fact]
    public void Half_of_the_columns_are_tried_while_they_exclude_enough()
    {
        using var scope = NewDisposeScope();
        var trial = new HalfColumnTrial();
        Tensor far = Matrices.WithKappa(400, 90, 1e5, seed: 3).to(float32), near = Matrices.WithKappa(400, 90, 30, seed: 4).to(float32);
        ConditionNumber[] found = ConditionNumberSolver.Solve(stack([far, near, far]), cut: 20, trial);
        Assert.All(found, number => Assert.True(number.IsLowerBound)); // of the middle one by the whole
        Assert.True(trial.Pays);

        var expected = new HalfColumnTrial();
        expected.Add(tried: 3, excluded: 2);
        for (int tries = 3; expected.Pays; tries++)
        {
            Assert.True(trial.Pays);
            Assert.InRange(tries, 3, 8);
            expected.Add(tried: 1, excluded: 0);
            trial.Add(tried: 1, excluded: 0);
        }

        Assert.False(trial.Pays);
    }

    [Fact]
    public void Random_squares_need_no_svd()
    {
        using var scope = NewDisposeScope();
        foreach (int seed in Enumerable.Range(1, 24))
        {
            // κ of a few hundred to some ten thousand; σ_min mostly far below the next one, so that it is found in one leap.
            using var generator = new Generator((ulong)seed);
            Tensor matrix = randn([160, 160], float32, generator: generator);
            ConditionNumber found = ConditionNumberSolver.Solve(matrix.unsqueeze(0))[0];
            Assert.Equal(1, found.Kappa / Matrices.Reference(matrix), 3);
            // An SVD's error would be a few roundings; no less than this is claimed of a few steps.
            Assert.InRange(found.RelativeError, 1e-6, 5e-4);
        }
    }

    [Fact]
    public void Threads_change_nothing_that_counts()
    {
        using var scope = NewDisposeScope();
        Tensor matrix = Matrices.WithKappa(512, 500, 2e4, seed: 11).to(float32).unsqueeze(0);
        int before = get_num_threads();
        try
        {
            set_num_threads(1);
            double one = ConditionNumberSolver.Solve(matrix)[0].Kappa;
            Assert.Equal(one, ConditionNumberSolver.Solve(matrix)[0].Kappa);
            set_num_threads(2);
            Assert.Equal(1, ConditionNumberSolver.Solve(matrix)[0].Kappa / one, 5);
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
