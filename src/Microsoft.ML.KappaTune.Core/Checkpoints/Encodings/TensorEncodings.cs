namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Recognises the codes of a weight by the names, types and shapes of what is stored beside them.</summary>
internal sealed partial class TensorEncodings(Func<string, TensorView?> find, Lazy<QuantizationSettings> settings)
{
    public const string WeightNorm = "weight norm", Gguf = "GGUF ";

    private const string Weight = ".weight";

    /// <summary>What the names of encodings that are read begin with.</summary>
    private static readonly string[] Read = [WeightNorm, Gguf, "GPTQ ", "AWQ ", "bitsandbytes ", "FP8"];

    /// <summary>What says how activations are coded, which no weight depends on.</summary>
    private static readonly string[] Activations =
        [".input_scale", ".output_scale", ".activation_scale", ".input_global_scale", ".input_zero_point", ".input_scale_ub"];

    /// <summary>Whether a text names an encoding whose values are read.</summary>
    public static bool IsKnown(string encoding) => Read.Any(name => encoding.StartsWith(name, StringComparison.Ordinal));

    /// <summary>The weight whose values or codes a stored tensor holds; null where it is a weight by itself, or no codes.</summary>
    public LogicalTensor? Recognise(TensorView stored)
    {
        string name = stored.Name;
        return Ends(".weight_v") is { } old && find($"{old}.weight_g") is { } length ? Normed(old + Weight, stored, length)
            : Ends(".original1") is { } list && find($"{list}.original0") is { } first ? Parametrised(list, stored, first)
            : Ends(".qweight") is { } packed && stored.DataType == TensorDataType.Int32 ? Packed(packed, stored)
            : Ends(".weight_packed") is { } compressed ? Compressed(compressed, stored)
            : Ends("_blocks") is { } blocks && stored.DataType == TensorDataType.UInt8 && find($"{blocks}_scales") is { } exponents
                ? Microscaled(blocks, stored, exponents)
            : find($"{name}.absmax") is { } largest ? FourBit(stored, largest)
            : stored.DataType is TensorDataType.Float8E4M3 or TensorDataType.Float8E5M2 ? Scaled8(stored)
            : !stored.DataType.IsFloatingPoint() ? Integers(stored)
            : null;

        string? Ends(string end) => name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : null;
    }

    /// <summary>What is stored for the activations of a weight's module.</summary>
    private IEnumerable<TensorView?> ActivationsOf(string weight)
    {
        string module = weight.EndsWith(Weight, StringComparison.Ordinal) ? weight[..^Weight.Length] : weight;
        return Activations.Select(end => find(module + end));
    }

    private static LogicalTensor? Parametrised(string list, TensorView direction, TensorView length)
    {
        const string Marker = ".parametrizations.";
        int at = list.LastIndexOf(Marker, StringComparison.Ordinal);
        return at < 0 ? null : Normed($"{list[..at]}.{list[(at + Marker.Length)..]}", direction, length);
    }

    private static LogicalTensor Normed(string name, TensorView direction, TensorView length)
    {
        TensorView[] parts = [direction, length];
        int[] own = [.. Enumerable.Range(0, length.Shape.Count).Where(i => length.Shape[i] != 1)];
        bool isRows = length.Shape.Count == 1 && direction.Shape.Count > 0 && length.Shape[0] == direction.Shape[0];
        bool fits = length.DataType.IsFloatingPoint() && direction.DataType.IsFloatingPoint()
            && (length.ElementCount == 1 || isRows
                || (own.Length == 1 && length.Shape.Count == direction.Shape.Count && length.Shape[own[0]] == direction.Shape[own[0]]));
        return fits
            ? LogicalTensor.Decoded(
                name, direction.Shape, WeightNorm, parts,
                new WeightNormDecoder(length, direction, length.ElementCount == 1 ? null : own[0]))
            : LogicalTensor.Undecoded(
                name, direction.Shape, WeightNorm, parts,
                $"its lengths are {Text(length.Shape)}, which isn't one for each index of one dimension of {Text(direction.Shape)}");
    }

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
