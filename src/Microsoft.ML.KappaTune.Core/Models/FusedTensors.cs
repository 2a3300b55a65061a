namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// Tensors that hold several matrices, each in one piece: which they are, by name, and where the matrices lie. Elsewhere they lie in
/// turns, head by head (query_key_value of BLOOM, GPT-NeoX and Falcon, DeBERTa's in_proj, DeepSeek's kv_b_proj): such have no parts.
/// </summary>
internal static class FusedTensors
{
    private const string Weight = ".weight";

    // As nn.MultiheadAttention, MPT, ModernBERT and Nomic have them.
    private static readonly string[] Thirds = ["attn.in_proj_weight", "self_attn.in_proj_weight", "Wqkv"];

    /// <summary>GPT-2's, of which each third is some columns, because it is stored transposed; Qwen's first has rows.</summary>
    private const string ThirdsEitherWay = "attn.c_attn";

    /// <summary>Phi-3's: queries of all heads, and keys and values of fewer.</summary>
    private const string ByHeads = "self_attn.qkv_proj";

    // Phi-3's and GLM-4's; ModernBERT's, whose code calls "gate" what is the other one here.
    private static readonly string[] Halves = ["gate_up_proj", "mlp.Wi"];

    private static readonly TensorPart[] OfAttention = [TensorPart.Query, TensorPart.Key, TensorPart.Value];

    private static readonly TensorPart[] OfFeedForward = [TensorPart.Gate, TensorPart.Up];

    /// <summary>Whether a matrix holds several by its name, whether or not <see cref="Split"/> can tell them apart.</summary>
    public static bool IsFused(ScannedMatrix matrix) =>
        matrix.Role == TensorRole.QueryKeyValue || (matrix.Role != TensorRole.Bias && EndsIn(ModuleOf(matrix.Name), Halves));

    /// <summary>
    /// The matrices with each one's parts in its place, where it has such; so are the biases beside a fused weight. What can't be read, or
    /// holds integers, stays as it is.
    /// </summary>
    /// <param name="config">The model's configuration; null where there is none: what only it tells stays whole then.</param>
    /// <exception cref="CheckpointFormatException">A field of the configuration that tells the parts' sizes has the wrong type.</exception>
    public static IEnumerable<ScannedMatrix> Split(IReadOnlyList<ScannedMatrix> matrices, ModelConfig? config)
    {
        var parts = new Dictionary<TensorSlice, (TensorPart Part, SlicePart Place)[]>();
        foreach (ScannedMatrix matrix in matrices)
        {
            (TensorPart Part, SlicePart Place)[] found = Find(matrix, config);
            if (found.Length == 0)
                continue;
            parts[matrix.Slice] = found;
            if (matrix.Name.EndsWith(Weight, StringComparison.Ordinal))
            {
                parts[new($"{ModuleOf(matrix.Name)}.bias")] =
                    [.. found.Select(part => (part.Part, part.Place with { Dimension = 0 }))];
            }
        }

        return matrices.SelectMany(matrix => parts.TryGetValue(matrix.Slice, out (TensorPart Part, SlicePart Place)[]? found)
            && IsAll(found, matrix) ? found.Select(part => Of(matrix, part)) : [matrix]);
    }

    /// <summary>Whether the parts are all of a matrix, or of a bias, which may be of any length.</summary>
    private static bool IsAll((TensorPart Part, SlicePart Place)[] parts, ScannedMatrix whole) =>
        whole.Shape.Count > 1 || parts[^1].Place.End == whole.Rows;

    private static ScannedMatrix Of(ScannedMatrix whole, (TensorPart Part, SlicePart Place) part) => whole with
    {
        Role = RoleOf(part.Part, whole.Role),
        Part = part.Part,
        PartStart = part.Place.First,
        Rows = part.Place.Dimension == 0 ? part.Place.Count : whole.Rows,
        Columns = part.Place.Dimension == 1 ? part.Place.Count : whole.Columns,
    };

    /// <summary>The parts of a matrix that has no result yet; none where it is one.</summary>
    private static (TensorPart, SlicePart)[] Find(ScannedMatrix matrix, ModelConfig? config)
    {
        (long rows, long columns) = (matrix.Rows, matrix.Columns);
        if (matrix.Shape.Count != (matrix.IsStacked ? 3 : 2) || rows == 0 || columns == 0 || matrix.Problem is not null
            || (matrix.Encoding is null && !matrix.DataType.IsFloatingPoint()))
            return [];
        string module = ModuleOf(matrix.Name);
        if (matrix.IsStacked)
            return IsReadAsGateAboveUp(module, columns, config) ? Places(OfFeedForward, 0, rows, rows / 2, rows / 2) : [];
        if (EndsIn(module, ThirdsEitherWay) && Places(OfAttention, 1, columns, rows, rows, rows) is { Length: > 0 } sideBySide)
            return sideBySide;
        if (EndsIn(module, [ThirdsEitherWay, .. Thirds]))
            return Places(OfAttention, 0, rows, columns, columns, columns);
        if (EndsIn(module, ByHeads))
            return config?.AttentionSizes() is { } sizes ? Places(OfAttention, 0, rows, sizes.Query, sizes.Key, sizes.Key) : [];
        return EndsIn(module, Halves) ? Places(OfFeedForward, 0, rows, rows / 2, rows / 2) : [];
    }

    /// <summary>
    /// Whether each expert of a stack has its gate's rows above those of the other projection, as in the families that are computed with;
    /// others have them in turns, or as columns.
    /// </summary>
    private static bool IsReadAsGateAboveUp(string module, long columns, ModelConfig? config) =>
        config is not null && columns == config.HiddenSize && module.EndsWith(".experts.gate_up_proj", StringComparison.Ordinal)
        && ModelFamilies.Find(config.ModelType)?.Names(tiesWordEmbeddings: false).Experts is not null;

    /// <summary>Parts of these sizes, one after the other; none where they aren't all of the matrix.</summary>
    private static (TensorPart, SlicePart)[] Places(TensorPart[] parts, int dimension, long all, params long[] sizes)
    {
        if (sizes.Any(size => size <= 0) || sizes.Aggregate(Int128.Zero, (sum, size) => sum + size) != all)
            return [];
        long first = 0;
        return [.. parts.Zip(sizes, (part, size) =>
        {
            var place = new SlicePart(dimension, first, size, part.Label());
            first += size;
            return (part, place);
        })];
    }

    private static TensorRole RoleOf(TensorPart part, TensorRole whole) => (part, whole) switch
    {
        (TensorPart.Query, TensorRole.QueryKeyValue) => TensorRole.Query,
        (TensorPart.Key, TensorRole.QueryKeyValue) => TensorRole.Key,
        (TensorPart.Value, TensorRole.QueryKeyValue) => TensorRole.Value,
        (TensorPart.Gate, TensorRole.FeedForwardIn) => TensorRole.FeedForwardGate,
        (TensorPart.Gate, TensorRole.ExpertIn) => TensorRole.ExpertGate,
        _ => whole,
    };

    private static string ModuleOf(string name) => name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] : name;

    /// <summary>Whether a module's last names are these.</summary>
    private static bool EndsIn(string module, params string[] ends) => ends.Any(end => module.EndsWith(end, StringComparison.Ordinal)
        && (module.Length == end.Length || module[^(end.Length + 1)] == '.'));
}
