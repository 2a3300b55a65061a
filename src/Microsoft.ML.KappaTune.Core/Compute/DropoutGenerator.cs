namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// What dropout draws from on this thread until it is disposed. On the CPU it is a generator of its own, so that nothing else in the
/// process changes a run's draws and a run changes nothing else's. A GPU has one generator for the whole process, which
/// is seeded.
/// </summary>
internal sealed class DropoutGenerator : IDisposable
{
    [ThreadStatic] private static DropoutGenerator? _current;

    private readonly Generator _generator;
    private readonly long _seed;
    private readonly DropoutGenerator? _outer;
    private bool _isGpuSeeded;

    public DropoutGenerator(long seed)
    {
        _seed = seed;
        _generator = new Generator((ulong)seed);
        _outer = _current;
        _current = this;
    }

    /// <exception cref="InvalidOperationException">There is none on this thread.</exception>
    public static DropoutGenerator Current =>
        _current ?? throw new InvalidOperationException("A module in training mode needs a generator for its dropout.");

    public long Next()
    {
        using Tensor drawn = randint(long.MaxValue, [1L], dtype: ScalarType.Int64, device: CPU, generator: _generator);
        return drawn.item<long>();
    }

    public void SeedGpu()
    {
        if (!_isGpuSeeded)
            cuda.manual_seed_all(_seed);
        _isGpuSeeded = true;
    }

    public void Dispose()
    {
        _current = _outer;
        _generator.Dispose();
    }
}
