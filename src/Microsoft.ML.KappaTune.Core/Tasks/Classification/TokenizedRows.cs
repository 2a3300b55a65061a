using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Rows as tokens and labels.</summary>
internal sealed class TokenizedRows(EncodedText[] texts, int[] labels, int padId) : ITaskRows
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
        return new(rows, ids, mask, types);
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
            Parallel.For(begin, end, how.Parallel, i => texts[i] = how.Tokenizer.Encode(rows[i].Text, rows[i].Pair, how.MaxTokens));
            how.Report(end);
        }

        return new(texts, [.. rows.Select(row => row.Label)], how.Tokenizer.PadId);
    }
}
