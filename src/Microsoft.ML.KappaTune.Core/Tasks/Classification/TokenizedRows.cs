using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Rows as tokens, made once for all epochs.</summary>
internal sealed class TokenizedRows
{
    // Rows between two reports and two looks at the cancellation: a few milliseconds each.
    private const int RowsAtOnce = 2048;

    private readonly EncodedText[] _texts;
    private readonly int[] _labels;

    private TokenizedRows(EncodedText[] texts, int[] labels)
    {
        _texts = texts;
        _labels = labels;
        Lengths = [.. texts.Select(text => text.Ids.Length)];
    }

    public int Count => _texts.Length;

    /// <summary>Tokens of each row.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Rows that were cut.</summary>
    public int Truncated => _texts.Count(text => text.Truncated);

    public EncodedText this[int row] => _texts[row];

    public int Label(int row) => _labels[row];

    /// <summary>Tokenises on all of the threads; <paramref name="report"/> hears how many rows are done, on this one.</summary>
    public static TokenizedRows Of(
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
