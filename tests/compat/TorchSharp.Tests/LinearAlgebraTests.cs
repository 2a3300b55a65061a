using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class LinearAlgebraTests
{
    private static readonly double[,] A = { { 4, 1, 0.5 }, { 1, 3, -0.25 }, { 0.5, -0.25, 2 } };

    [Fact]
    public void ProductsAgreeWithLoops()
    {
        using var _ = NewDisposeScope();
        var random = new Random(3);
        double[,] a = Filled(random, 4, 5), b = Filled(random, 5, 3);
        double[] expected = new double[12];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 5; k++)
                    expected[i * 3 + j] += a[i, k] * b[k, j];
        Tensor x = tensor(a), y = tensor(b), z = tensor(expected).reshape(4, 3);
        Assert.All(new[]
        {
            x.matmul(y), x.mm(y), x.unsqueeze(0).bmm(y.unsqueeze(0))[0], einsum("ik,kj->ij", x, y), x.tensordot(y, [1], [0]),
            x.inner(y.t()),
            zeros([4, 3], ScalarType.Float64).addmm(x, y), ones([4, 3], ScalarType.Float64).addmm(x, y, 2, 3).sub(2).div(3),
            zeros([1, 4, 3], ScalarType.Float64).baddbmm(x.unsqueeze(0), y.unsqueeze(0))[0], zeros([4, 3], ScalarType.Float64).addmm_(x, y),
            stack(y.unbind(1).Select(column => x.mv(column)), 1), stack(y.unbind(1).Select(column => x.matmul(column)), 1),
            stack(x.unbind(0).Select(row => stack(y.unbind(1).Select(column => row.dot(column))))),
        }, product => Assert.True(product.allclose(z, 1e-12)));
        Assert.True(x[0].outer(y[0]).allclose(x[0].unsqueeze(1) * y[0]));
        Assert.True(x[0].kron(y[0]).allclose(x[0].outer(y[0]).flatten()));
        Assert.True(tensor(A).matrix_power(3).allclose(tensor(A).mm(tensor(A)).mm(tensor(A))));
        Assert.Equal(9, tensor(A).trace().ToDouble());
        Assert.Equal(x[0].sub(x[1]).norm().ToDouble(), x[0].dist(x[1]).ToDouble(), 12);
    }

    [Fact]
    public void FactorsMultiplyToTheMatrix()
    {
        using var _ = NewDisposeScope();
        Tensor a = tensor(A), tall = tensor(Filled(new Random(4), 5, 3));
        Tensor l = linalg.cholesky(a);
        Close(a, l.mm(l.t()));
        Close(l.t(), a.cholesky(upper: true));
        (Tensor ex, Tensor info) = linalg.cholesky_ex(-a);
        Assert.Equal(1, info.ToInt32());
        (Tensor q, Tensor r) = linalg.qr(tall);
        Close(tall, q.mm(r));
        Close(eye(3, dtype: ScalarType.Float64), q.t().mm(q));
        Close(r, r.triu());
        Assert.Equal([5, 5], linalg.qr(tall, linalg.QRMode.Complete).Q.shape);
        Close(r, linalg.qr(tall, linalg.QRMode.R).R);
        (Tensor u, Tensor s, Tensor vh) = linalg.svd(tall, fullMatrices: false);
        Close(tall, (u * s).mm(vh));
        Assert.Equal([5, 5], linalg.svd(tall).U.shape);
        Close(s, linalg.svdvals(tall));
        (Tensor values, Tensor vectors) = linalg.eigh(a);
        Close(a, (vectors * values).mm(vectors.t()));
        Close(values, linalg.eigvalsh(a));
        Close(values, linalg.eigvalsh(a.triu(), 'U'));
        Close(values.flip(0), linalg.svdvals(a));
        Close(s.square(), linalg.eigvalsh(tall.t().mm(tall)).flip(0));
    }

    [Fact]
    public void ReflectorsOfGeqrfRebuildQ()
    {
        using var _ = NewDisposeScope();
        Tensor tall = tensor(Filled(new Random(5), 6, 3)), other = tensor(Filled(new Random(6), 6, 2));
        (Tensor packed, Tensor tau) = tall.geqrf();
        Tensor q = linalg.householder_product(packed, tau), r = packed[TensorIndex.Slice(0, 3)].triu();
        Close(tall, q.mm(r));
        Close(q, orgqr(packed, tau));
        Close(q.t().mm(other), packed.ormqr(tau, other, transpose: true)[TensorIndex.Slice(0, 3)]);
    }

    [Fact]
    public void SolutionsSolve()
    {
        using var _ = NewDisposeScope();
        Tensor a = tensor(A), b = tensor(Filled(new Random(7), 3, 2)), l = linalg.cholesky(a);
        Close(b, a.mm(linalg.solve(a, b)));
        Close(b, a.mm(b.cholesky_solve(l)));
        Close(b, a.mm(b.cholesky_solve(l.t(), upper: true)));
        Close(b, l.mm(linalg.solve_triangular(l, b, upper: false)));
        Close(b.t(), linalg.solve_triangular(a.triu(), b.t(), upper: true, left: false).mm(a.triu()));
        (Tensor lu, Tensor pivots) = linalg.lu_factor(a.tril());
        Close(b, a.tril().mm(linalg.lu_solve(lu, pivots, b)));
        Close(b, a.tril().t().mm(linalg.lu_solve(lu, pivots, b, adjoint: true)));
        Close(b.t(), linalg.lu_solve(lu, pivots, b.t(), left: false).mm(a.tril()));
        Close(tensor(new[,] { { 3.0, 4 }, { 0, 2 } }), linalg.lu_factor(tensor(new[,] { { 0.0, 2 }, { 3, 4 } })).LU);
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => linalg.lu_factor(ones(2, 2))); // singular
        Close(eye(3, dtype: ScalarType.Float64), a.mm(linalg.inv(a)));
        Close(linalg.inv(a), l.cholesky_inverse());
        Close(linalg.inv(a), a.inverse());
        Close(linalg.inv(a), linalg.pinv(a));
        Tensor target = zeros([3, 2], ScalarType.Float64);
        Assert.Same(target, linalg.solve_triangular(l, b, false, @out: target));
        Close(b, l.mm(target));
    }

    [Fact]
    public void NumbersOfMatrices()
    {
        using var _ = NewDisposeScope();
        Tensor a = tensor(A), s = linalg.svdvals(a), flat = tensor(new[,] { { 1.0, -2 }, { 3, -4 } });
        double determinant = 4 * (3 * 2 - 0.0625) - 1 * (2 + 0.125) + 0.5 * (-0.25 - 1.5);
        Assert.Equal(determinant, linalg.det(a).ToDouble(), 12);
        Assert.Equal(determinant, a.det().ToDouble(), 12);
        (Tensor sign, Tensor logarithm) = linalg.slogdet(-a);
        Assert.Equal((-1.0, Math.Round(Math.Log(determinant), 10)), (sign.ToDouble(), Math.Round(logarithm.ToDouble(), 10)));
        Assert.Equal((s[0] / s[2]).ToDouble(), linalg.cond(a).ToDouble(), 12);
        Assert.Equal((s[2] / s[0]).ToDouble(), linalg.cond(a, -2.0).ToDouble(), 12);
        Assert.Equal(1, linalg.matrix_rank(tensor(new[,] { { 1.0, 2 }, { 2, 4 } })).ToInt64());
        Assert.Equal(1, linalg.matrix_rank(a, atol: 3.5).ToInt64());
        Assert.Equal(Math.Sqrt(30), linalg.matrix_norm(flat).ToDouble(), 12);
        Assert.Equal(s[0].ToDouble(), linalg.matrix_norm(a, 2).ToDouble(), 12);
        Assert.Equal(s.sum().ToDouble(), linalg.matrix_norm(a, "nuc").ToDouble(), 12);
        Assert.Equal(6, linalg.matrix_norm(flat, 1).ToDouble(), 12);
        Assert.Equal(7, linalg.matrix_norm(flat, double.PositiveInfinity).ToDouble(), 12);
        Assert.Equal(Math.Sqrt(30), linalg.norm(flat).ToDouble(), 12);
        Assert.Equal([4.0, 6], linalg.norm(flat, 1, [0]).data<double>().ToArray());
        Assert.Equal(Math.Sqrt(30), linalg.norm(flat, "fro").ToDouble(), 12);
    }

    [Fact]
    public void BatchesAreDoneOneByOne()
    {
        using var _ = NewDisposeScope();
        Tensor batch = stack([tensor(A), tensor(A) * 2]);
        Close(linalg.svdvals(tensor(A)) * 2, linalg.svdvals(batch)[1]);
        Close(linalg.inv(tensor(A)) / 2, linalg.inv(batch)[1]);
        Assert.Equal([2, 3], linalg.eigvalsh(batch).shape);
    }

    private static void Close(Tensor expected, Tensor actual) => Assert.True(expected.allclose(actual, 1e-10, 1e-12));

    private static double[,] Filled(Random random, int rows, int columns)
    {
        var matrix = new double[rows, columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                matrix[i, j] = random.NextDouble() * 2 - 1;
        return matrix;
    }
}
