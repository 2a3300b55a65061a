namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A weight as direction and length, v and g: g · v / ‖v‖, with a length for each index of one dimension, or one of all.</summary>
/// <param name="length">g.</param>
/// <param name="direction">v.</param>
/// <param name="dimension">The dimension whose indices have lengths of their own; null for one of all.</param>
internal sealed class WeightNormDecoder(TensorView length, TensorView direction, int? dimension) : TensorDecoder(null)
{
    private const int Chunk = 1 << 16;

    public override void Read(long first, Span<float> block)
    {
        double[] factors = Factors();
        direction.Read(first, block);
        for (int i = 0; i < block.Length; i++)
            block[i] = (float)(block[i] * factors[IndexOf(first + i)]);
    }

    private double[] Factors()
    {
        double[] squares = new double[length.ElementCount];
        double[] values = new double[Math.Min(Chunk, direction.ElementCount)];
        for (long begin = 0; begin < direction.ElementCount; begin += values.Length)
        {
            Span<double> chunk = values.AsSpan(0, (int)Math.Min(values.Length, direction.ElementCount - begin));
            direction.Read(begin, chunk);
            for (int i = 0; i < chunk.Length; i++)
                squares[IndexOf(begin + i)] += chunk[i] * chunk[i];
        }

        float[] lengths = All(length);
        return [.. lengths.Select((g, i) => g / Math.Sqrt(squares[i]))];
    }

    private long IndexOf(long value)
    {
        if (dimension is not { } kept)
            return 0;
        long stride = 1;
        for (int i = kept + 1; i < direction.Shape.Count; i++)
            stride *= direction.Shape[i];
        return value / stride % direction.Shape[kept];
    }
}
