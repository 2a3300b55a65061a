namespace Microsoft.ML.Runtime;

/// <summary>The names of what a progress channel reports.</summary>
public sealed class ProgressHeader
{
    /// <summary>The units of progress, coarse to fine: epochs, steps.</summary>
    public readonly IReadOnlyList<string> UnitNames;

    /// <summary>The metrics.</summary>
    public readonly IReadOnlyList<string> MetricNames;

    /// <summary>A header with metrics and units.</summary>
    public ProgressHeader(string[]? metricNames, string[]? unitNames)
    {
        MetricNames = metricNames ?? [];
        UnitNames = unitNames ?? [];
    }

    /// <summary>A header with units only.</summary>
    public ProgressHeader(params string[] unitNames) : this(null, unitNames)
    {
    }
}
