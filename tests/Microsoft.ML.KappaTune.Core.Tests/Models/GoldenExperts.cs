using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Recorded tensors of mixtures of experts, which transformers 5 keeps in stacks under names of its own.</summary>
internal static partial class GoldenExperts
{
    /// <summary>What was recorded of a parameter, whether by itself or in a stack.</summary>
    /// <param name="kind">What the recorded tensors' names begin with.</param>
    public static Tensor Of(GoldenCase golden, string kind, string parameter)
    {
        if (golden.Find(kind + parameter) is { } own)
            return own;
        if (Expert().Match(parameter) is not { Success: true } match)
            return golden[kind + parameter.Replace("block_sparse_moe.", "mlp.", StringComparison.Ordinal)];
        string stacks = $"{kind}{match.Groups["layer"].Value}.mlp.experts.", projection = match.Groups["projection"].Value;
        int expert = int.Parse(match.Groups["expert"].Value);
        if (projection is "w2" or "down_proj")
            return golden[$"{stacks}down_proj"][expert];
        Tensor both = golden[$"{stacks}gate_up_proj"][expert];
        return both.chunk(2)[projection is "w1" or "gate_proj" ? 0 : 1];
    }

    [GeneratedRegex(@"^(?<layer>.*)\.\w+\.experts\.(?<expert>\d+)\.(?<projection>\w+)\.weight$")]
    private static partial Regex Expert();
}
