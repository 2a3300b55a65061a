using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Training.Frozen;

/// <summary>Some rows as tensors, padded to the longest of them. Belongs to the dispose scope it is made in.</summary>
/// <param name="Rows">The rows' numbers.</param>
/// <param name="Ids">Tokens, [B, T].</param>
/// <param name="Mask">1 for a token, 0 for padding, [B, T].</param>
/// <param name="Types">0 for the first text, 1 for the second, [B, T].</param>
internal sealed record TokenBatch(int[] Rows, Tensor Ids, Tensor Mask, Tensor Types)
{
    /// <summary>Tokens of the longest row.</summary>
    public int Length => (int)Ids.shape[1];

    public static TokenBatch Create(IReadOnlyList<EncodedText> texts, int[] rows, int padId, Device device)
    {
        (Tensor ids, Tensor mask, Tensor types) = PaddedBatch.Create([.. rows.Select(row => texts[row])], padId, device);
        return new(rows, ids, mask, types);
    }
}
