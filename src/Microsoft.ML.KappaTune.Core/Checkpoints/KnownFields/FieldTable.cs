namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// The fields of a JSON object that other programs wrote: which count here, which change nothing, and which are refused. A field in
/// none of these groups may change what other programs compute, so it is warned of.
/// </summary>
internal sealed class FieldTable
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Fields that are read and obeyed.</summary>
    public required IReadOnlyList<string> Honoured { get; init => _known.UnionWith(field = value); }

    /// <summary>Fields that change nothing of what is computed here.</summary>
    public IReadOnlyList<string> Harmless { get; init => _known.UnionWith(field = value); } = [];

    /// <summary>Fields that would have to be obeyed, and can't be.</summary>
    public IReadOnlyList<RefusedField> Refused
    {
        get;
        init
        {
            field = value;
            _known.UnionWith(value.Select(refused => refused.Name));
        }
    } = [];

    /// <exception cref="CheckpointFormatException">A refused field asks for what it is refused for.</exception>
    public void Check(string file, JsonElement root)
    {
        foreach (RefusedField refused in Refused)
        {
            if (root.TryGetProperty(refused.Name, out JsonElement value) && refused.IsAskedForBy(value))
                throw new CheckpointFormatException(file, refused.Cause, refused.Remedy, field: refused.Name);
        }
    }

    /// <summary>The object's fields that are in no group.</summary>
    public IEnumerable<string> Unknown(JsonElement root) =>
        root.EnumerateObject().Select(property => property.Name).Where(name => !_known.Contains(name));
}

/// <summary>A field that changes the result in a way that isn't supported.</summary>
/// <param name="Cause">What it asks for, as the end of a sentence.</param>
/// <param name="Remedy">What to do about it, a sentence.</param>
/// <param name="Allowed">The values that ask for nothing of the kind, as JSON without quotes; none: false and what is empty.</param>
internal sealed record RefusedField(string Name, string Cause, string Remedy, params string[] Allowed)
{
    /// <summary>Whether this value asks for it; null never does.</summary>
    public bool IsAskedForBy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.String when Allowed.Length == 0 => value.GetString()!.Length > 0,
        JsonValueKind.String => !Allowed.Contains(value.GetString()),
        _ when Allowed.Length > 0 => !Allowed.Contains(value.GetRawText()),
        JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };
}
