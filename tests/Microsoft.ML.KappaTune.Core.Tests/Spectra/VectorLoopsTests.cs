using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune.Tests.Spectra;

public class VectorLoopsTests
{
    [Fact]
    public void Every_value_of_every_length_counts_once()
    {
        // Whole numbers, so that sums are exact in any order; lengths around all widths of the processor's vectors.
        for (int length = 0; length <= 70; length++)
        {
            double[] x = [.. Enumerable.Range(0, length).Select(i => i * 7 % 11 - 5.0)];
            double[] y = [.. Enumerable.Range(0, length).Select(i => i * 5 % 13 - 6.0)];
            Assert.Equal(x.Zip(y, (a, b) => a * b).Sum(), VectorLoops.Dot(x, y));
            Assert.Equal(Math.Sqrt(x.Sum(a => a * a)), VectorLoops.Norm(x));
            double[] expected = [.. x.Zip(y, (a, b) => b - 3 * a)];
            VectorLoops.AddMultiple(x, -3, y);
            Assert.Equal(expected, y);
        }
    }

    [Fact]
    public void Vectors_of_two_lengths_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorLoops.Dot([1, 2], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorLoops.AddMultiple([1], 2, new double[2]));
    }
}
