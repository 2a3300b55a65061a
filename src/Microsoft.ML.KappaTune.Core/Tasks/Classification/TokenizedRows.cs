using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Rows as tokens, made once for all epochs.</summary>
internal sealed class TokenizedRows(EncodedText[] texts, int[] labels)
{
    // Rows between two reports and two checks for cancellation: a few milliseconds.
    private const int RowsAtOnce = 2048;

    public IReadOnlyList<EncodedText> Texts => texts;

    public IReadOnlyList<int> Labels => labels;

    /// <summary>Tokens of each row.</summary>
    public IReadOnlyList<int> Lengths { get; } = [.. texts.Select(text => text.Ids.Length)];

    public int Truncated => texts.Count(text => text.Truncated);

    /// <summary>Tokenises on all of the threads; <paramref name="report"/> hears how many rows are done, on this one.</summary>
    public static TokenizedRows Tokenize(
        IReadOnlyList<TextExample> rows, HuggingFaceTokenizer tokenizer, int maxTokens, ParallelOptions parallel, Action<int> report)
    {
        var texts = new EncodedText[rows.Count];
        for (int begin = 0; begin < rows.Count; begin += RowsAtOnce)
        {
            int end = Math.Min(begin + RowsAtOnce, rows.Count);
            Parallel.For(begin, end, parallel, i => texts[i] = tokenizer.Encode(rows[i].Text, rows[i].Pair, maxTokens));
            report(end);
        }

        return new(texts, [.. rows.Select(row => row.Label)]);
    }
}
