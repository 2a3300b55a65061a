using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Training.Frozen;

/// <summary>Some rows as tensors, padded to the longest of them. Belongs to the dispose scope it is made in.</summary>
/// <param name="Rows">The rows' numbers.</param>
/// <param name="Ids">Tokens, [B, T].</param>
/// <param name="Mask">0 for padding and, for a token, the number of its text in the row, 1, 2, …, [B, T].</param>
/// <param name="Types">0 for the first text of a pair, 1 for the second, [B, T]; null where there are no pairs.</param>
/// <param name="Places">The tokens whose states the head takes, numbered in the row of all rows, [M]; null for all.</param>
internal sealed record TokenBatch(int[] Rows, Tensor Ids, Tensor Mask, Tensor? Types, Tensor? Places = null)
{
    /// <summary>What a fused model reads beside the tokens; null for nothing.</summary>
    public FusedInput? Fused { get; init; }

    /// <summary>Tokens of the longest row.</summary>
    public int Length => (int)Ids.shape[1];

    public static TokenBatch Create(IReadOnlyList<EncodedText> texts, int[] rows, int padId, Device device)
    {
        (Tensor ids, Tensor mask, Tensor types) = PaddedBatch.Create([.. rows.Select(row => texts[row])], padId, device);
        return new(rows, ids, mask, types);
    }
}
