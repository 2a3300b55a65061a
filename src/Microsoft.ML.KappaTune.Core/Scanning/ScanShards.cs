namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>A scan in parts of about equal cost, the same on every machine.</summary>
internal static class ScanShards
{
    /// <summary>The part of each tensor, from 1: the costliest first, each to the part that has the least to do.</summary>
    public static Dictionary<string, int> Assign(IEnumerable<(string Name, double Cost)> tensors, int shardCount)
    {
        var leastFirst = new PriorityQueue<int, (double Cost, int Shard)>();
        for (int shard = 1; shard <= shardCount; shard++)
            leastFirst.Enqueue(shard, (0, shard));
        var assigned = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string name, double cost) in tensors.OrderByDescending(t => t.Cost).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            leastFirst.TryDequeue(out int shard, out (double Cost, int Shard) load);
            assigned[name] = shard;
            leastFirst.Enqueue(shard, (load.Cost + cost, shard));
        }

        return assigned;
    }
}
