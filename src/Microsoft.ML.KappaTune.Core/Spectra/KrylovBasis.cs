using System.Numerics.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// An orthonormal basis that grows by blocks of vectors, and the projection of a symmetric operator on it. Both are kept in float64, and
/// what is done to them are many short products, for which calls of the tensor library would take far longer.
/// </summary>
internal sealed class KrylovBasis
{
    private const int Block = Lanczos.Block;

    // Of a vector that is shorter than this part of what it was, only rounding is left.
    private const double Negligible = 1e-15;

    // A vector that keeps this part of its length is orthogonal to what was taken from it, to full precision.
    private const double Kept = 0.7;

    private readonly int _n;
    private readonly double[] _memory;
    private readonly List<double[]> _images = [];
    private int _count;

    /// <param name="start">The first block [Block, n], of any lengths and directions.</param>
    /// <param name="n">The dimension.</param>
    /// <param name="steps">How many times it may grow.</param>
    public KrylovBasis(ReadOnlySpan<double> start, int n, int steps)
    {
        _n = n;
        _memory = new double[(steps + 1) * Block * n];
        Append(start);
        _images.Clear();
    }

    /// <summary>Writes the newest block [Block, n], whose images are to be added.</summary>
    public void CopyNewest(Span<double> block)
    {
        for (int c = 0; c < Block; c++)
            Vector(_count - Block + c).CopyTo(block.Slice(c * _n, _n));
    }

    /// <summary>
    /// Takes the images [Block, n] of the newest block; what of them isn't in the basis yet becomes the next block. False where they
    /// aren't finite.
    /// </summary>
    public bool Add(ReadOnlySpan<double> images)
    {
        if (!double.IsFinite(VectorLoops.Norm(images)))
            return false;
        Append(images);
        return true;
    }

    /// <summary>The largest eigenvalues of the projection.</summary>
    public RitzValues Largest()
    {
        int size = _images.Count;
        var projected = new double[size * size];
        for (int column = 0; column < size; column++)
            for (int row = 0; row <= column; row++)
                projected[row * size + column] = _images[column][row];
        using var scope = NewDisposeScope();
        // Only the part above the diagonal is used.
        (Tensor eigenvalues, Tensor eigenvectors) = linalg.eigh(tensor(projected).view(size, size), 'U');
        double[] values = [.. eigenvalues.narrow(0, size - 2, 2).data<double>()];
        double[] vectors = [.. eigenvectors.narrow(1, size - Block, Block).t().contiguous().data<double>()];
        return new(values[1], values[1] - values[0], Residual(vectors.AsSpan()[^Block..]), vectors);
    }

    /// <summary>Writes the vectors [Block, n] of which these are the coefficients.</summary>
    public void Combine(RitzValues ritz, Span<double> block)
    {
        int size = ritz.Vectors.Length / Block;
        block.Clear();
        for (int c = 0; c < Block; c++)
        {
            Span<double> target = block.Slice(c * _n, _n);
            for (int j = 0; j < size; j++)
                VectorLoops.AddMultiple(Vector(j), ritz.Vectors[c * size + j], target);
        }
    }

    private Span<double> Vector(int index) => _memory.AsSpan(index * _n, _n);

    /// <summary>What of a Ritz vector's image lies in the next block: its coefficients there are those on the newest images.</summary>
    private double Residual(ReadOnlySpan<double> newest)
    {
        int size = _images.Count;
        Span<double> rest = stackalloc double[Block];
        for (int c = 0; c < Block; c++)
            VectorLoops.AddMultiple(_images[size - Block + c].AsSpan()[^Block..], newest[c], rest);
        return VectorLoops.Norm(rest);
    }

    private void Append(ReadOnlySpan<double> block)
    {
        int known = _count;
        for (int c = 0; c < Block; c++, _count++)
        {
            Span<double> vector = Vector(_count);
            block.Slice(c * _n, _n).CopyTo(vector);
            var coefficients = new double[known + Block];
            double before = VectorLoops.Norm(vector), length = Orthogonalize(coefficients);
            if (length > Negligible * before)
                coefficients[_count] = length;
            else
                length = Replace();
            if (length > 0)
                TensorPrimitives.Divide(vector, length, vector);
            _images.Add(coefficients);
        }
    }

    /// <summary>Any direction goes on where an image has none of its own; none where the basis spans the whole space.</summary>
    private double Replace()
    {
        Span<double> vector = Vector(_count);
        vector.Clear();
        if (_count >= _n)
            return 0;
        var random = new Random(_count);
        for (int i = 0; i < _n; i++)
            vector[i] = random.NextDouble() - 0.5;
        return Orthogonalize(new double[_count]);
    }

    /// <summary>
    /// Takes from the vector behind the basis what lies in it, and adds to its coefficients there, until nothing more does: at once,
    /// twice mostly, copies of converged eigenvalues would else spoil the bound. Returns the length that is left.
    /// </summary>
    private double Orthogonalize(double[] coefficients)
    {
        Span<double> vector = Vector(_count);
        double whole = VectorLoops.Norm(vector), before = whole;
        while (true)
        {
            for (int j = 0; j < _count; j++)
            {
                Span<double> known = Vector(j);
                double part = VectorLoops.Dot(known, vector);
                VectorLoops.AddMultiple(known, -part, vector);
                coefficients[j] += part;
            }

            double left = VectorLoops.Norm(vector);
            if (left > Kept * before || left <= Negligible * whole)
                return left;
            before = left;
        }
    }
}
