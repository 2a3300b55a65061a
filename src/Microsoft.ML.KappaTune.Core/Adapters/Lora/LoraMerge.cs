using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// W + scale · B·A, in float64, summed in one order and rounded once: the same bits in every process, whatever its threads and its
/// matrix library. So a base model with its adapters, merged anew, scores bit for bit like the model that was trained and merged.
/// </summary>
internal static class LoraMerge
{
    // Rows at a time, so that little of the weight is in memory twice.
    private const int BlockValues = 1 << 20;

    public static void Into(LinearLayer layer, LowRankAdapter adapter)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        if (adapter.Magnitude is null)
        {
            ForEachBlock(layer, adapter, (target, sum, _) => target.copy_(sum));
            return;
        }

        // DoRA: every output's weights are brought to their own length.
        using Tensor magnitude = Wide(adapter.Magnitude);
        double[] factors = new double[layer.Outputs];
        ForEachBlock(layer, adapter, (_, sum, begin) => AddSquares(factors, Values(sum), begin, layer));
        ReadOnlySpan<double> lengths = Values(magnitude);
        for (int i = 0; i < factors.Length; i++)
            factors[i] = lengths[i] / Math.Sqrt(factors[i]);
        ForEachBlock(layer, adapter, (target, sum, begin) =>
        {
            Multiply(Values(sum), factors, begin, layer);
            target.copy_(sum);
        });
    }

    /// <summary>Blocks of the weight's rows, by the first one's number, with the sums that they become.</summary>
    private static void ForEachBlock(LinearLayer layer, LowRankAdapter adapter, Action<Tensor, Tensor, long> use)
    {
        // The weight's rows are of outputs; where it is transposed so is the product, Aᵀ·Bᵀ.
        using Tensor a = Wide(layer.IsTransposed ? adapter.B.t() : adapter.A), b = Wide(layer.IsTransposed ? adapter.A.t() : adapter.B);
        Tensor weight = layer.Weight.detach();
        long all = weight.shape[0], rows = Math.Max(1, BlockValues / weight.shape[1]);
        for (long begin = 0; begin < all; begin += rows)
        {
            long count = Math.Min(rows, all - begin);
            using Tensor target = weight.narrow(0, begin, count), factors = b.narrow(0, begin, count);
            using Tensor sum = Wide(target);
            Add(Values(sum), Values(a), Values(factors), adapter.Settings);
            use(target, sum, begin);
        }
    }

    /// <summary>squares [outputs] += the squares of each output's weights in a block.</summary>
    private static void AddSquares(double[] squares, ReadOnlySpan<double> block, long begin, LinearLayer layer)
    {
        for (int i = 0; i < block.Length; i++)
            squares[OutputOf(i, begin, layer)] += block[i] * block[i];
    }

    private static void Multiply(Span<double> block, double[] factors, long begin, LinearLayer layer)
    {
        for (int i = 0; i < block.Length; i++)
            block[i] *= factors[OutputOf(i, begin, layer)];
    }

    /// <summary>The output that a value of a block is of.</summary>
    private static long OutputOf(int index, long begin, LinearLayer layer) =>
        layer.IsTransposed ? index % layer.Outputs : begin + index / layer.Inputs;

    /// <summary>sum [rows, columns] += scale · factors [rows, rank] · a [rank, columns].</summary>
    private static void Add(Span<double> sum, ReadOnlySpan<double> a, ReadOnlySpan<double> factors, LoraSettings settings)
    {
        int rank = settings.Rank, columns = a.Length / rank;
        Span<double> change = new double[columns];
        for (int row = 0; row * columns < sum.Length; row++)
        {
            change.Clear();
            for (int k = 0; k < rank; k++)
                AddScaled(change, a.Slice(k * columns, columns), factors[row * rank + k]);
            AddScaled(sum.Slice(row * columns, columns), change, settings.Scale);
        }
    }

    /// <summary>sum += values · factor; a product and a sum for each, whatever the width of the machine's vectors.</summary>
    private static void AddScaled(Span<double> sum, ReadOnlySpan<double> values, double factor)
    {
        int i = 0;
        for (; i <= sum.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(sum[i..]) + new Vector<double>(values[i..]) * factor).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] += values[i] * factor;
    }

    private static Tensor Wide(Tensor tensor) => tensor.detach().to(ScalarType.Float64, CPU, copy: true).contiguous();

    private static Span<double> Values(Tensor tensor) => MemoryMarshal.Cast<byte, double>(tensor.bytes);
}
