using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Rows as tokens and labels.</summary>
/// <param name="areLastTokensSeen">Whether the head takes the state of each row's last token, and not all of them.</param>
internal sealed class TokenizedRows(EncodedText[] texts, int[] labels, int padId, bool areLastTokensSeen) : ITaskRows
{
    // Rows between two reports and two checks for cancellation: a few milliseconds.
    private const int RowsAtOnce = 2048;

    public int Count => texts.Length;

    public int TextCount => Count;

    public IReadOnlyList<int> Labels => labels;

    public IReadOnlyList<int> Lengths { get; } = [.. texts.Select(text => text.Ids.Length)];

    public int Truncated => texts.Count(text => text.Truncated);

    public int Dropped => 0;

    public long? CountedTokens => null;

    public int CountedIn(int row) => 1;

    public TokenBatch Batch(int[] rows, Device device)
    {
        (Tensor ids, Tensor mask, Tensor types) = PaddedBatch.Create([.. rows.Select(row => texts[row])], padId, device);
        if (!areLastTokensSeen)
            return new(rows, ids, mask, types);
        long[] places = [.. rows.Select((row, b) => b * ids.shape[1] + texts[row].Ids.Length - 1)];
        return new(rows, ids, mask, types, tensor(places, device: device));
    }

    /// <summary>[B].</summary>
    public Tensor LabelsOf(int[] rows, Device device)
    {
        long[] values = [.. rows.Select(row => (long)labels[row])];
        return tensor(values, device: device);
    }

    /// <summary>Tokenises on all of the threads.</summary>
    public static TokenizedRows Tokenize(IReadOnlyList<TextExample> rows, RowTokenizing how)
    {
        var texts = new EncodedText[rows.Count];
        for (int begin = 0; begin < rows.Count; begin += RowsAtOnce)
        {
            int end = Math.Min(begin + RowsAtOnce, rows.Count);
            Parallel.For(begin, end, how.Parallel, i => texts[i] = how.Tokenizer.EncodeAny(rows[i].Text, rows[i].Pair, how.MaxTokens));
            how.Report(end);
        }

        return new(texts, [.. rows.Select(row => row.Label)], how.Tokenizer.PadId, how.Config is DecoderConfig);
    }
}
