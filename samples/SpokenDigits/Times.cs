using System.Diagnostics;

/// <summary>What took how long.</summary>
internal sealed class Times
{
    private readonly List<(string What, TimeSpan Time)> _all = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public IReadOnlyList<(string What, TimeSpan Time)> All => _all;

    /// <summary>Notes what took the time since the last note.</summary>
    public void Add(string what)
    {
        _all.Add((what, _clock.Elapsed));
        _clock.Restart();
    }
}
