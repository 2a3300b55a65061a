using System.Diagnostics;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>Counts what a scan has done, and tells its user after every tensor.</summary>
internal sealed class ScanTracker(Action<ScanProgress>? report, IReadOnlyCollection<ScanBatch> batches)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _tensors = batches.DistinctBy(batch => batch.Tensor).Count();
    private readonly long _bytes = batches.Sum(batch => batch.ByteLength);
    private readonly double _cost = batches.Sum(batch => batch.Cost);
    private bool _isComputed;
    private int _tensorsDone;
    private long _bytesDone;
    private double _costDone;

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
        report?.Invoke(new(batch.Tensor.Name, _tensorsDone, _tensors, _bytesDone, _bytes, remaining));
    }
}
