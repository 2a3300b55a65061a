namespace Microsoft.ML.Runtime;

/// <summary>Where long work says how far it is.</summary>
public interface IProgressChannel : IProgressChannelProvider, IDisposable
{
    /// <summary>Says what will be reported, and how to ask for it at any moment.</summary>
    /// <param name="header">The metrics and the units of progress.</param>
    /// <param name="fillAction">Fills in the present values; may be called from another thread.</param>
    void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction);

    /// <summary>Reports at a moment worth it: metrics first, then progress.</summary>
    void Checkpoint(params double?[] values);
}
