namespace Microsoft.ML.KappaTune.Tuning;

/// <summary>
/// Lets only so many callers compute at once that their threads fit on the cores; first come, first served. The tensor library starts
/// as many threads for each caller as its setting says: where 16 requests each start one a core, they mostly wait for each other's.
/// Thread-safe.
/// </summary>
/// <param name="cores">How many threads can run at the same time.</param>
internal sealed class CoreGate(int cores)
{
    private readonly object _lock = new();
    private long _nextTicket, _admitted;
    private int _running;

    /// <summary>That of this process.</summary>
    public static CoreGate Process { get; } = new(Environment.ProcessorCount);

    /// <summary>Waits for its turn. Dispose what it returns when done.</summary>
    /// <param name="threads">Threads that the caller will compute with; one caller may always go, however many.</param>
    public Turn Enter(int threads)
    {
        lock (_lock)
        {
            for (long ticket = _nextTicket++; ticket != _admitted || (_running > 0 && _running + threads > cores);)
                Monitor.Wait(_lock);
            _admitted++;
            _running += threads;
            Monitor.PulseAll(_lock);
        }

        return new(this, threads);
    }

    private void Leave(int threads)
    {
        lock (_lock)
        {
            _running -= threads;
            Monitor.PulseAll(_lock);
        }
    }

    public readonly ref struct Turn(CoreGate gate, int threads)
    {
        public void Dispose() => gate.Leave(threads);
    }
}
