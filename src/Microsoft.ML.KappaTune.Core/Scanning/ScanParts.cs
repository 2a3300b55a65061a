namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>A scan in parts of about equal cost, the same on every machine.</summary>
internal static class ScanParts
{
    /// <summary>The part of each tensor, from 1: the costliest first, each to the part that has the least to do.</summary>
    public static Dictionary<string, int> Assign(IEnumerable<(string Name, double Cost)> tensors, int partCount)
    {
        var leastFirst = new PriorityQueue<int, (double Cost, int Part)>();
        for (int part = 1; part <= partCount; part++)
            leastFirst.Enqueue(part, (0, part));
        var assigned = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string name, double cost) in tensors.OrderByDescending(t => t.Cost).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            leastFirst.TryDequeue(out int part, out (double Cost, int Part) load);
            assigned[name] = part;
            leastFirst.Enqueue(part, (load.Cost + cost, part));
        }

        return assigned;
    }
}
