using System.Numerics.Tensors;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// An orthonormal basis that grows by blocks of vectors, and the projection of a symmetric operator on it. Both are plain arrays in
/// float64: most of the work are many short products, for which calls of the tensor library would take far longer.
/// </summary>
internal sealed class KrylovBasis
{
    private const int Block = Lanczos.Block;

    // Where orthogonalisation leaves less than this part of a vector's length, only rounding is left.
    private const double Negligible = 1e-15;

    // Where orthogonalisation leaves this part of a vector's length, the vector is orthogonal to full precision.
    private const double KeptLength = 0.7;

    private readonly int _n;
    private readonly List<double[]> _blocks = [];
    private readonly List<double[]> _images = [];
    private int _count;

    /// <param name="start">The first block [Block, n], of any lengths and directions.</param>
    public KrylovBasis(ReadOnlySpan<double> start, int n)
    {
        _n = n;
        Append(start);
        _images.Clear();
    }

    /// <summary>Writes the newest block [Block, n], whose images are to be added.</summary>
    public void CopyNewest(Span<double> block) => _blocks[^1].CopyTo(block);

    /// <summary>
    /// Takes the images [Block, n] of the newest block; their parts outside the basis become the next block. False where an image isn't
    /// finite.
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

    private Span<double> Vector(int index) => _blocks[index / Block].AsSpan(index % Block * _n, _n);

    /// <summary>
    /// The length of the part of a Ritz vector's image that lies in the next block, given its coefficients on the newest block.
    /// </summary>
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
        _blocks.Add(block.ToArray());
        for (int c = 0; c < Block; c++, _count++)
        {
            Span<double> vector = Vector(_count);
            var coefficients = new double[known + Block];
            double before = VectorLoops.Norm(vector), length = Orthogonalize(coefficients);
            if (length > Negligible * before)
                coefficients[_count] = length;
            else
                length = ReplaceByRandom();
            if (length > 0)
                TensorPrimitives.Divide(vector, length, vector);
            _images.Add(coefficients);
        }
    }

    /// <summary>
    /// Puts a random direction where an image has no part outside the basis, or zero where the basis spans the whole space. Returns its
    /// length.
    /// </summary>
    private double ReplaceByRandom()
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
    /// Subtracts from the vector after the basis its projection onto the basis, adds up the coefficients of that, and repeats it, mostly
    /// once, until the vector is orthogonal to full precision. Returns the length that is left.
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
            if (left > KeptLength * before || left <= Negligible * whole)
                return left;
            before = left;
        }
    }
}

/// <summary>The largest eigenvalue of a projected operator, and how well it is known.</summary>
/// <param name="Largest">The eigenvalue.</param>
/// <param name="Gap">How far the second eigenvalue lies below it.</param>
/// <param name="Residual">‖Ax − θx‖ for this eigenvalue θ and its unit vector x.</param>
/// <param name="Vectors">The eigenvectors [Block, size] of the largest eigenvalues, ascending.</param>
internal sealed record RitzValues(double Largest, double Gap, double Residual, double[] Vectors);
