namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>A clock that goes on when it is told to.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private TimeSpan _now;

    /// <summary>Seconds that it goes on by whenever it is read.</summary>
    public double ByItself { get; init; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        Advance(ByItself);
        return _now.Ticks;
    }

    public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds);
}
