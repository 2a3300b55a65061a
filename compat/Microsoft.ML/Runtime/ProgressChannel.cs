namespace Microsoft.ML.Runtime;

/// <summary>Checks what is reported. A context shows no progress by itself: messages on its log do.</summary>
internal sealed class ProgressChannel(string name) : IProgressChannel
{
    private ProgressHeader? _header;

    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
    {
        Contracts.CheckValue(header, nameof(header));
        Contracts.CheckValue(fillAction, nameof(fillAction));
        _header = header;
    }

    public void Checkpoint(params double?[] values)
    {
        // Each unit can be followed by its limit.
        int most = _header is null ? 0 : _header.MetricNames.Count + 2 * _header.UnitNames.Count;
        Contracts.Check(_header is null || values.Length <= most, $"Too many values provided in Checkpoint of '{name}'");
    }

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel(name);

    public void Dispose()
    {
    }
}
