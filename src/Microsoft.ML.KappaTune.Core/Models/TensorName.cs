using System.Globalization;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>What a tensor's name tells: its role, and the numbers of its layer and expert where it has them.</summary>
internal readonly record struct TensorName(TensorRole Role, int? Layer, int? Expert)
{
    /// <summary>The lists of layers that a number follows.</summary>
    private static readonly string[] LayerLists = ["layers", "layer", "h", "block", "blocks", "albert_layer_groups"];

    private const string ExpertList = "experts";

    /// <summary>Reads a name; the rank tells a convolution's kernel from a matrix.</summary>
    public static TensorName Parse(string name, int rank)
    {
        string[] segments = name.Split('.');
        return new(RoleOf(name, segments, rank), NumberAfter(segments, LayerLists), NumberAfter(segments, ExpertList));
    }

    /// <summary>
    /// Whether a tensor of rank 3 is a stack of matrices, one an expert. The other tensors of rank 3 in use are the kernels of
    /// one-dimensional convolutions, tables of embeddings, and the projections of XLNet and Funnel, split by heads; all say so.
    /// </summary>
    public static bool IsExpertStack(string name, int rank) =>
        rank == 3 && RoleOf(name, name.Split('.'), rank) is not (TensorRole.Convolution or TensorRole.Bias or TensorRole.Embedding)
        && !IsSplitByHeads(name);

    private static TensorRole RoleOf(string name, string[] segments, int rank)
    {
        bool isBias = name.EndsWith("bias", StringComparison.Ordinal) && !name.EndsWith("relative_attention_bias", StringComparison.Ordinal)
            || segments[^1] == "beta";
        bool endsInParameter = segments.Length > 1 && segments[^1] is "weight" or "bias" or "gamma" or "beta";
        ReadOnlySpan<char> module = endsInParameter ? name.AsSpan(0, name.Length - segments[^1].Length - 1) : name;
        if (IsNorm(module[(module.LastIndexOf('.') + 1)..]))
            return TensorRole.Norm;
        if (isBias)
            return TensorRole.Bias;
        if (rank >= 3 && MentionsConvolution(name) || rank >= 4)
            return TensorRole.Convolution;

        TensorRole role = ModuleRoles.Find(module);
        return !segments.Contains(ExpertList) ? role : role switch
        {
            TensorRole.FeedForwardIn => TensorRole.ExpertIn,
            TensorRole.FeedForwardGate => TensorRole.ExpertGate,
            TensorRole.FeedForwardOut => TensorRole.ExpertOut,
            _ => role,
        };
    }

    /// <summary>
    /// A word of the name is a norm: LayerNorm, input_layernorm, q_norm, layer_norm_1, ln_f, bn1. "norm" within a word isn't: enormous,
    /// normalized_proj.
    /// </summary>
    private static bool IsNorm(ReadOnlySpan<char> segment)
    {
        bool isFirst = true;
        for (int start = 0; start < segment.Length; isFirst = false)
        {
            int end = start + 1;
            while (end < segment.Length && segment[end] != '_' && !(char.IsUpper(segment[end]) && char.IsLower(segment[end - 1])))
                end++;
            ReadOnlySpan<char> word = segment[start..end].TrimEnd("0123456789");
            if (word.EndsWith("norm", StringComparison.OrdinalIgnoreCase) || (isFirst && word is "ln" or "bn"))
                return true;
            start = end < segment.Length && segment[end] == '_' ? end + 1 : end;
        }

        return false;
    }

    private static bool IsSplitByHeads(string name) =>
        name.Contains("rel_attn.", StringComparison.Ordinal) || name.EndsWith("r_kernel", StringComparison.Ordinal);

    private static bool MentionsConvolution(string name) => name.Contains("conv", StringComparison.OrdinalIgnoreCase);

    private static int? NumberAfter(string[] segments, params ReadOnlySpan<string> lists)
    {
        for (int i = 0; i + 1 < segments.Length; i++)
        {
            if (lists.Contains(segments[i])
                && int.TryParse(segments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return number;
            }
        }

        return null;
    }
}
