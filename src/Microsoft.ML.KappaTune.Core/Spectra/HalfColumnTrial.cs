namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>Counts the matrices that were tried with half of their columns, and those that this was enough to exclude.</summary>
internal sealed class HalfColumnTrial
{
    private const int FirstTrials = 4;

    private int _tried, _excluded;

    /// <summary>
    /// Whether it saves time. The bound from half of the columns costs a quarter of the whole, so it has to exclude one matrix in four.
    /// </summary>
    public bool Pays => _tried < FirstTrials || 4 * _excluded >= _tried;

    public void Add(int tried, int excluded)
    {
        _tried += tried;
        _excluded += excluded;
    }

    public void Add(HalfColumnTrial other) => Add(other._tried, other._excluded);
}
