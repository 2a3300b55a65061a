namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The index of a sharded checkpoint: which file beside it holds which tensor.</summary>
internal static class ShardIndex
{
    public const string FileName = "model.safetensors.index.json";

    private const string Field = "weight_map";

    /// <summary>Tensor names to shard file names, which are plain names of safetensors files.</summary>
    /// <exception cref="CheckpointFormatException">The index is unreadable or names something else than a file beside it.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        JsonElement root = JsonFile.ReadObject(path);
        if (!root.TryGetProperty(Field, out JsonElement map))
            throw new CheckpointFormatException(path, "it is missing", JsonFile.Remedy, field: Field);
        if (map.ValueKind != JsonValueKind.Object)
            throw new CheckpointFormatException(path, "it isn't an object", JsonFile.Remedy, field: Field);

        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in map.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw new CheckpointFormatException(path, "the shard isn't a string", JsonFile.Remedy, property.Name, Field);
            string shard = property.Value.GetString()!;
            if (ShardProblem(shard) is { } problem)
            {
                throw new CheckpointFormatException(
                    path, problem, UnsupportedFormat.RemedyFor(shard) ?? JsonFile.Remedy, property.Name, Field);
            }

            shards.Add(property.Name, shard);
        }

        return shards;
    }

    private static string? ShardProblem(string shard)
    {
        string printed = CheckpointFormatException.Printable(shard);
        // Both separators and the drive's colon, whatever this system's are: a folder must mean the same everywhere.
        if (shard.Contains("..", StringComparison.Ordinal) || shard.AsSpan().ContainsAny("/\\:\0"))
            return $"\"{printed}\" isn't a file in the checkpoint's folder";
        return shard.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? null : $"\"{printed}\" isn't a .safetensors file";
    }
}
