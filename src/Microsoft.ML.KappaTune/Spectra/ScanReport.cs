namespace Microsoft.ML.KappaTune;

/// <summary>The matrices of a checkpoint with their condition numbers, as a scan found them. Immutable.</summary>
public sealed record ScanReport
{
    /// <summary>The folder or file that was scanned.</summary>
    public required string Model { get; init; }

    /// <summary>The matrices, in ordinal order of names, then experts.</summary>
    public required IReadOnlyList<ScannedMatrix> Matrices { get; init; }

    /// <summary>How far the scan went.</summary>
    public required ScanPrecision Precision { get; init; }

    /// <summary>Where the work was done, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Tensors that were computed.</summary>
    public required int Computed { get; init; }

    /// <summary>Tensors that the cache knew.</summary>
    public required int Cached { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The part that this is, from 1; <see cref="ShardCount"/> of them make the whole.</summary>
    public int Shard { get; init; } = 1;

    /// <summary>The number of parts; 1 for a whole scan.</summary>
    public int ShardCount { get; init; } = 1;
}
