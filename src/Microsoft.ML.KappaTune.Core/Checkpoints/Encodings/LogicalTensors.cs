namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// The one place where a model's weights are made out of what is stored: whoever lists, scans or reads weights asks here. A stored tensor
/// is a weight, or a part of one, and then isn't listed by itself.
/// </summary>
internal static class LogicalTensors
{
    /// <summary>What parts of quantised weights end with, that hold floating-point numbers.</summary>
    private static readonly string[] PartEnds =
    [
        ".scales", ".biases", ".SCB", "_scale", "_scale_inv", "_scale_2", "_scales", "_global_scale", "_zero_point", ".absmax",
        ".nested_absmax", ".quant_map", ".nested_quant_map", ".qzeros",
    ];

    /// <summary>In the order of the files; a weight that is made of parts stands where its codes are.</summary>
    /// <exception cref="CheckpointFormatException">The files that say how weights are quantised aren't valid.</exception>
    public static IReadOnlyList<LogicalTensor> Read(Checkpoint checkpoint)
    {
        var settings = new Lazy<QuantizationSettings>(() => QuantizationSettings.Read(new(checkpoint.Folder)));
        var made = new Dictionary<TensorView, LogicalTensor>();
        var parts = new HashSet<TensorView>();
        var kinds = new TensorEncodings(checkpoint.Find, settings);
        foreach (TensorView stored in checkpoint.Tensors)
        {
            if (kinds.Recognise(stored) is not { } tensor || (checkpoint.Find(tensor.Name) is { } other && !tensor.Parts.Contains(other)))
                continue;
            made.Add(stored, tensor);
            parts.UnionWith(tensor.Parts);
        }

        bool isQuantised = made.Values.Any(tensor => tensor.CodeBits is not null || tensor.Problem is not null);
        HashSet<string> coded =
        [
            .. checkpoint.Tensors
                .Where(stored => stored.Shape.Count >= 2 && !stored.DataType.IsFloatingPoint() && stored.DataType != TensorDataType.Boolean)
                .Select(ModuleOf),
        ];
        return [.. checkpoint.Tensors
            .Where(stored => made.ContainsKey(stored) || !parts.Contains(stored))
            .Select(stored => made.GetValueOrDefault(stored)
                ?? LogicalTensor.FromStored(stored, ProblemOf(stored, isQuantised, coded, settings)))];
    }

    /// <summary>A name without its last part.</summary>
    private static string ModuleOf(TensorView stored) => stored.Name[..Math.Max(0, stored.Name.LastIndexOf('.'))];

    private static string? ProblemOf(TensorView stored, bool isQuantised, HashSet<string> coded, Lazy<QuantizationSettings> settings)
    {
        if (stored.DataType == TensorDataType.Unknown)
            return $"its type \"{CheckpointFormatException.Printable(stored.TypeName)}\" is none of {TensorDataTypes.Names}";
        bool isMatrix = stored.Shape.Count >= 2;
        // Only the names tell these from weights, and a model that has no codes may use such a name for anything.
        if (isMatrix && PartEnds.Any(end => stored.Name.EndsWith(end, StringComparison.Ordinal))
            && (isQuantised || settings.Value.Method is not null))
            return "it is a part of a quantised weight whose codes aren't here";
        // Whatever the parts of a method's codes are called, they lie beside them; what is called a weight or a bias there is one.
        if (isMatrix && stored.DataType.IsFloatingPoint() && settings.Value.Method is { } coding && coded.Contains(ModuleOf(stored))
            && !stored.Name.EndsWith(".weight", StringComparison.Ordinal) && !stored.Name.EndsWith("bias", StringComparison.Ordinal))
            return $"it lies beside codes of {CheckpointFormatException.Printable(coding)}, which aren't read, and is a part of them";
        return isMatrix && stored.DataType is TensorDataType.Float8E4M3 or TensorDataType.Float8E5M2 && settings.Value.Method is { } method
            ? $"it holds codes of {method}, and their scales aren't here"
            : null;
    }
}
