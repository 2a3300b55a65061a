using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>The file of a <see cref="ScanReport"/>; the members' names, in snake case, are its schema.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ScanDocument
{
    public required int Schema { get; init; }
    public required string Model { get; init; }
    public required string Fingerprint { get; init; }
    public required ScanPrecision Precision { get; init; }
    public required KappaSelection ScannedFor { get; init; }

    /// <summary>Of the plan; null where there is none.</summary>
    public KappaSelection? Selection { get; init; }
    public required string Device { get; init; }
    public required int Computed { get; init; }
    public required int Cached { get; init; }
    public required double ElapsedSeconds { get; init; }
    public required int Shard { get; init; }
    public required int ShardCount { get; init; }
    public string[] Warnings { get; init; } = [];
    public required JsonObject?[] Tensors { get; init; }
}
