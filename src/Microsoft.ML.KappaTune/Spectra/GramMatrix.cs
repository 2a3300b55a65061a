using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>WᵀW at half the cost of a general product: only blocks on and below the diagonal are multiplied.</summary>
internal static class GramMatrix
{
    // Blocks narrow enough that little above the diagonal is computed, wide enough that each product runs at full speed.
    private const long BlockColumns = 256;

    // Rows converted to the working type at a time: keeps the converted copy out of memory, and long enough for full speed.
    private const long PanelRows = 2048;

    /// <summary>
    /// The product of a stack of tall matrices [count, m, n] with itself, [count, n, n], in <paramref name="type"/>. Matrix i is
    /// multiplied by its <paramref name="scale"/>, [count, 1, 1], first: powers of two, so nothing is rounded.
    /// </summary>
    public static Tensor Of(Tensor tall, Tensor scale, ScalarType type)
    {
        long count = tall.shape[0], m = tall.shape[1], n = tall.shape[2];
        Tensor gram = zeros(new[] { count, n, n }, type, tall.device);
        for (long row = 0; row < m; row += PanelRows)
        {
            using var scope = NewDisposeScope();
            Tensor panel = tall.narrow(1, row, Math.Min(PanelRows, m - row)).to(type).mul(scale.to(type));
            Accumulate(gram, panel);
        }

        Mirror(gram);
        return gram;
    }

    private static void Accumulate(Tensor gram, Tensor panel)
    {
        long n = panel.shape[2];
        // A GPU multiplies small blocks at a fraction of its speed: one product of the whole is faster there.
        long block = panel.device_type == DeviceType.CUDA ? n : BlockColumns;
        for (long column = 0; column < n; column += block)
        {
            using var scope = NewDisposeScope();
            long width = Math.Min(block, n - column);
            Tensor left = panel.narrow(2, column, width).transpose(1, 2);
            gram.narrow(1, column, width).narrow(2, 0, column + width).add_(left.matmul(panel.narrow(2, 0, column + width)));
        }
    }

    private static void Mirror(Tensor gram)
    {
        long n = gram.shape[1];
        for (long column = BlockColumns; column < n; column += BlockColumns)
        {
            using var scope = NewDisposeScope();
            long width = Math.Min(BlockColumns, n - column);
            gram.narrow(1, 0, column).narrow(2, column, width).copy_(gram.narrow(1, column, width).narrow(2, 0, column).transpose(1, 2));
        }
    }
}
