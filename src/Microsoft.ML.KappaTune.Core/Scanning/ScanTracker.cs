using System.Diagnostics;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>Counts what a scan has done, and tells its user after every tensor.</summary>
internal sealed class ScanTracker
{
    private readonly Action<ScanProgress>? _report;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _tensors;
    private readonly long _bytes;
    private readonly double _cost;
    private bool _isComputed;
    private int _tensorsDone;
    private long _bytesDone;
    private double _costDone;

    public ScanTracker(Action<ScanProgress>? report, IReadOnlyCollection<ScanBatch> batches)
    {
        _report = report;
        _tensors = batches.DistinctBy(batch => batch.Tensor).Count();
        _bytes = batches.Sum(batch => batch.ByteLength);
        _cost = batches.Sum(batch => batch.Cost);
    }

    public int Computed { get; private set; }

    public int Cached => _tensorsDone - Computed;

    public void Done(ScanBatch batch, bool isKnown, bool isLast)
    {
        _isComputed |= !isKnown;
        _bytesDone += batch.ByteLength;
        _costDone += batch.Cost;
        if (!isLast)
            return;
        _tensorsDone++;
        if (_isComputed)
            Computed++;
        _isComputed = false;
        TimeSpan remaining = _clock.Elapsed * ((_cost - _costDone) / _costDone);
        _report?.Invoke(new(batch.Tensor.Name, _tensorsDone, _tensors, _bytesDone, _bytes, remaining));
    }
}
