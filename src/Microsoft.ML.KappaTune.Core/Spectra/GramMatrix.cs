using TorchSharp;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>WᵀW at little more than half the cost of a general product: only blocks on and below the diagonal are multiplied.</summary>
internal static class GramMatrix
{
    // Blocks narrow enough that little above the diagonal is computed, wide enough that each product runs at full speed.
    private const long BlockColumns = 128;

    // Values converted to the working type at a time: enough for full speed, few enough to stay in a shared cache and to copy little of a
    // large matrix.
    private const long PanelValues = 1 << 20;

    /// <summary>
    /// The product of a stack of tall matrices [count, m, n] with itself, [count, n, n], in <paramref name="type"/>. Matrix i is
    /// multiplied by <paramref name="scales"/>[i] first: powers of two, so nothing is rounded.
    /// </summary>
    public static Tensor Compute(Tensor tall, double[] scales, ScalarType type)
    {
        long count = tall.shape[0], n = tall.shape[2];
        Tensor gram = zeros(new[] { count, n, n }, type, tall.device);
        // A GPU multiplies small blocks at a fraction of its speed: one product of the whole is faster there.
        long block = tall.device_type == DeviceType.CUDA ? n : BlockColumns;
        for (int i = 0; i < count; i++)
        {
            using var scope = NewDisposeScope();
            Accumulate(tall[i], scales[i], gram[i], block);
            Mirror(gram[i], block);
        }

        return gram;
    }

    private static void Accumulate(Tensor tall, double scale, Tensor gram, long block)
    {
        long m = tall.shape[0], n = tall.shape[1];
        long panelRows = tall.dtype == gram.dtype && scale == 1 ? m : Math.Max(4 * BlockColumns, PanelValues / n);
        for (long row = 0; row < m; row += panelRows)
        {
            using var scope = NewDisposeScope();
            Tensor panel = tall.narrow(0, row, Math.Min(panelRows, m - row)).to(gram.dtype);
            if (scale != 1)
                panel = panel.Times(scale);
            for (long column = 0; column < n; column += block)
            {
                long width = Math.Min(block, n - column);
                using Tensor part = gram.narrow(0, column, width), target = part.narrow(1, 0, column + width);
                using Tensor left = panel.narrow(1, column, width), leftT = left.t(), right = panel.narrow(1, 0, column + width);
                using Tensor product = leftT.mm(right);
                if (row == 0)
                    target.copy_(product);
                else
                    target.PlusInPlace(product);
            }
        }
    }

    private static void Mirror(Tensor gram, long block)
    {
        long n = gram.shape[0];
        for (long column = block; column < n; column += block)
        {
            long width = Math.Min(block, n - column);
            using Tensor rows = gram.narrow(0, column, width), below = rows.narrow(1, 0, column), belowT = below.t();
            using Tensor top = gram.narrow(0, 0, column), above = top.narrow(1, column, width);
            above.copy_(belowT);
        }
    }
}
