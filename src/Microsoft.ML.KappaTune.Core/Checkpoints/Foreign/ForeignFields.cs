using System.Text.Json;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// The fields of an object in a file that other programs wrote: which count here, which change nothing, and which are refused. A field in
/// none of these groups may change what other programs compute, so it is warned of.
/// </summary>
internal sealed class ForeignFields
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
