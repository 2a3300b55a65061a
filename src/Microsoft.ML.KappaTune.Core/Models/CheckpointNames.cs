namespace Microsoft.ML.KappaTune.Models;

/// <summary>How a family's checkpoints name tensors beyond the modules that its layout lists.</summary>
internal sealed record CheckpointNames
{
    /// <summary>The module in a task model that is the base model.</summary>
    public required string Prefix { get; init; }

    /// <summary>What the names of everything before the first layer begin with, without the prefix.</summary>
    public required string Embeddings { get; init; }

    /// <summary>What names begin with in a base model, which writes no prefix.</summary>
    public required string[] Roots { get; init; }

    /// <summary>What the names of heads, of any task, begin with. A model may be without the ones of other tasks.</summary>
    public required string[] Heads { get; init; }

    /// <summary>Prefixes of tensors that no model here has: tied copies, heads of other tasks.</summary>
    public required string[] Unused { get; init; }

    /// <summary>Suffixes of buffers, which are no parameters though old files have them.</summary>
    public required string[] Buffers { get; init; }

    /// <summary>Parameters, and the names of what is tied to them, in a file that may have either; empty where nothing is tied.</summary>
    public IReadOnlyDictionary<string, string> Ties { get; init; } = new Dictionary<string, string>();

    /// <summary>How experts are named; null where there are none.</summary>
    public ExpertNames? Experts { get; init; }

    /// <summary>The names of a model whose head isn't tied to its embeddings.</summary>
    public CheckpointNames WithoutTies() => this with { Ties = new Dictionary<string, string>() };

    /// <summary>
    /// A name in a file to the name of our parameter: with the prefix, and <c>weight</c> and <c>bias</c> for the <c>gamma</c> and
    /// <c>beta</c> of old files. Null for what no model here has, such as buffers and tied copies.
    /// </summary>
    public string? Canonical(string name)
    {
        if (Array.Exists(Buffers, EndsWith))
            return null;
        if (EndsWith(".gamma"))
            name = $"{name[..^"gamma".Length]}weight";
        else if (EndsWith(".beta"))
            name = $"{name[..^"beta".Length]}bias";
        if (StartsWithAny(name, Roots))
            name = $"{Prefix}.{name}";
        if (Experts is not null)
            name = Experts.Canonical(name);
        return StartsWithAny(name, Unused) ? null : name;

        bool EndsWith(string end) => name.EndsWith(end, StringComparison.Ordinal);
    }

    /// <summary>
    /// A file's tensor by the name of our parameter, or, where it stacks the weights of experts, each of theirs; none where
    /// <see cref="Canonical"/> gives none.
    /// </summary>
    public IEnumerable<(string Name, LogicalTensor Weight)> Parameters(LogicalTensor weight) =>
        Canonical(weight.Name) is not { } name ? [] : Experts?.Split(name, weight) ?? [(name, weight)];

    /// <summary>
    /// The parameters that a file's tensor holds, or the part of one expert of it where it stacks their weights: two where that is an
    /// expert's gate above its other projection. None where <see cref="Canonical"/> gives none.
    /// </summary>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="expert">The expert in the stack, from 0; null for a tensor that isn't one.</param>
    public IReadOnlyList<string> Parameters(string name, int? expert) => Canonical(name) is not { } canonical ? []
        : (expert is { } number ? Experts?.InStack(canonical, number) : null) ?? [canonical];

    /// <summary>The way back: the names of parameters to the names that a file has for them.</summary>
    public IReadOnlyDictionary<string, string> FileNames(IEnumerable<string> checkpointNames)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in checkpointNames)
        {
            if (Canonical(name) is { } parameter)
                names.TryAdd(parameter, name);
        }

        return names;
    }

    /// <summary>Whether a name, as <see cref="Canonical"/> gives it, belongs to a head of some task.</summary>
    public bool IsHead(string name) => StartsWithAny(name, Heads);

    /// <summary>Whether a name, as <see cref="Canonical"/> gives it, belongs to what is before the first layer.</summary>
    public bool IsEmbedding(string name) => name.StartsWith($"{Prefix}.{Embeddings}", StringComparison.Ordinal);

    private static bool StartsWithAny(string name, string[] beginnings) =>
        Array.Exists(beginnings, beginning => name.StartsWith(beginning, StringComparison.Ordinal));
}
