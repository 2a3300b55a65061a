using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>Texts as tensors, padded to the longest of them.</summary>
internal static class PaddedBatch
{
    /// <summary>Ids, mask (1 for a token, 0 for padding) and types, [B, T].</summary>
    public static (Tensor Ids, Tensor Mask, Tensor Types) Create(IReadOnlyList<EncodedText> texts, int padId, Device device)
    {
        int length = Length(texts);
        long[] ids = new long[texts.Count * length], mask = new long[ids.Length], types = new long[ids.Length];
        Array.Fill(ids, padId);
        for (int b = 0; b < texts.Count; b++)
        {
            EncodedText text = texts[b];
            for (int t = 0; t < text.Ids.Length; t++)
            {
                ids[b * length + t] = text.Ids[t];
                mask[b * length + t] = 1;
                types[b * length + t] = text.TypeIds[t];
            }
        }

        return (Matrix(ids), Matrix(mask), Matrix(types));

        Tensor Matrix(long[] values) => tensor(values, [texts.Count, length], device: device);
    }

    /// <summary>The number of tokens, padding included.</summary>
    public static int TokenCount(IReadOnlyList<EncodedText> texts) => texts.Count * Length(texts);

    private static int Length(IReadOnlyList<EncodedText> texts) => texts.Max(text => text.Ids.Length);
}
