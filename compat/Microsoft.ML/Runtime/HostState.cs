using System.Collections.Concurrent;

namespace Microsoft.ML.Runtime;

/// <summary>What all hosts of a context share: its settings, and who listens to its messages.</summary>
internal sealed class HostState(int? seed)
{
    /// <summary>The context's seed, if it was given one.</summary>
    public int? Seed { get; } = seed;

    public ComponentCatalog ComponentCatalog { get; } = new();

    public ConcurrentDictionary<string, object?> Options { get; } = new(StringComparer.Ordinal);

    public string TempFilePath { get; set; } = Path.GetTempPath();

    public int? GpuDeviceId { get; set; }

    public bool FallbackToCpu { get; set; }

    /// <summary>Gets the source and the message.</summary>
    public Action<string, ChannelMessage>? MessageSent { get; set; }
}
