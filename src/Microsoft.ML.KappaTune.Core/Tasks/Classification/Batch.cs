using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Some rows as tensors, padded to the longest of them. Belongs to the dispose scope it is made in.</summary>
/// <param name="Rows">The rows' numbers.</param>
/// <param name="Ids">Tokens, [B, T].</param>
/// <param name="Mask">1 for a token, 0 for padding, [B, T].</param>
/// <param name="Types">0 for the first text, 1 for the second, [B, T].</param>
/// <param name="Labels">Classes, [B].</param>
internal sealed record Batch(int[] Rows, Tensor Ids, Tensor Mask, Tensor Types, Tensor Labels)
{
    /// <summary>Tokens of the longest row.</summary>
    public int Length => (int)Ids.shape[1];

    public static Batch Of(TokenizedRows all, int[] rows, int padId, Device device)
    {
        int length = rows.Max(row => all.Lengths[row]);
        long[] ids = new long[rows.Length * length], mask = new long[ids.Length], types = new long[ids.Length];
        Array.Fill(ids, padId);
        for (int b = 0; b < rows.Length; b++)
        {
            EncodedText text = all[rows[b]];
            for (int t = 0; t < text.Ids.Length; t++)
            {
                ids[b * length + t] = text.Ids[t];
                types[b * length + t] = text.TypeIds[t];
                mask[b * length + t] = 1;
            }
        }

        long[] labels = [.. rows.Select(row => (long)all.Label(row))];
        return new(rows, Matrix(ids), Matrix(mask), Matrix(types), tensor(labels, device: device));

        Tensor Matrix(long[] values) => tensor(values, [rows.Length, length], device: device);
    }
}
