using System.Numerics;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// Positions by rotation (Su et al., arXiv:2104.09864): of each head, the value i of the first half and that of the second are a point in
/// the plane, which is turned by the token's position times a frequency of their own. So a product of query and key depends on the
/// distance of their tokens. The angles' cosines and sines are kept for the longest text so far, for any number of threads.
/// </summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private const int MinimumLength = 64;

    private readonly double[] _frequencies;
    private readonly object _gate = new();
    private readonly List<Table> _tables = [];

    /// <param name="headSize">Values of a head, an even number.</param>
    /// <param name="rotaryBase">The base of the wavelengths.</param>
    /// <param name="scaling">How the wavelengths are stretched; null for not at all.</param>
    public RotaryEmbedding(int headSize, double rotaryBase, RotaryScaling? scaling)
    {
        double Frequency(int pair)
        {
            double frequency = Math.Pow(rotaryBase, -2.0 * pair / headSize);
            return scaling?.Apply(frequency) ?? frequency;
        }

        _frequencies = [.. Enumerable.Range(0, headSize / 2).Select(Frequency)];
    }

    /// <summary>The angles at these positions, [B, T] integers, each below <paramref name="end"/>.</summary>
    public RotaryAngles Angles(Tensor positions, long end, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        Table table = TableFor(end, dtype, positions.device);
        Tensor places = positions.flatten();
        return new(At(table.Cosines), At(table.Sines));

        Tensor At(Tensor values) =>
            values.index_select(0, places).view(positions.shape[0], 1, positions.shape[1], values.shape[1]).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Table table in _tables)
        {
            table.Cosines.Dispose();
            table.Sines.Dispose();
        }
    }

    /// <summary>
    /// One that is long enough. Shorter ones stay, because other threads may be using them; all of them take less than the longest.
    /// </summary>
    private Table TableFor(long length, ScalarType dtype, Device device)
    {
        lock (_gate)
        {
            Table? found = _tables.Find(table =>
                table.Length >= length && table.Cosines.dtype == dtype && table.Cosines.device.ToString() == device.ToString());
            if (found is null)
                _tables.Add(found = Create((int)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(length, MinimumLength)), dtype, device));
            return found;
        }
    }

    private Table Create(int length, ScalarType dtype, Device device)
    {
        using var scope = NewDisposeScope();
        return new(length, Values(Math.Cos), Values(Math.Sin));

        // Angles in float64, however long the text and whatever the type of the states.
        Tensor Values(Func<double, double> function)
        {
            double[] values = new double[length * _frequencies.Length];
            for (int i = 0; i < values.Length; i++)
                values[i] = function(i / _frequencies.Length * _frequencies[i % _frequencies.Length]);
            return tensor(values, [length, _frequencies.Length]).to(dtype, device).DetachFromDisposeScope();
        }
    }

    /// <summary>Both [length, head size / 2].</summary>
    private sealed record Table(int Length, Tensor Cosines, Tensor Sines);
}
