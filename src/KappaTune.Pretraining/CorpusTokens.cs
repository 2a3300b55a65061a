using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The tokens of a text, paragraph after paragraph.</summary>
internal static class CorpusTokens
{
    /// <param name="lineEnd">What is behind each paragraph.</param>
    /// <param name="end">The token that ends a text, which is behind each paragraph and before its line's end; null for none.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static int[] Of(
        IReadOnlyList<string> paragraphs, HuggingFaceTokenizer tokenizer, string lineEnd, int? end, ParallelOptions parallel)
    {
        int[][] lines = new int[paragraphs.Count][];
        Parallel.For(0, lines.Length, parallel, i => lines[i] = end is { } id
            ? [.. Encoded(paragraphs[i]), id, .. Encoded(lineEnd)]
            : [.. Encoded(paragraphs[i] + lineEnd)]);
        return [.. lines.SelectMany(line => line)];

        IEnumerable<int> Encoded(string text) => tokenizer.EncodePrefix(text, int.MaxValue).Ids;
    }

    /// <summary>The token that ends a text; some tokenizers have one for that and for padding.</summary>
    public static int EndOf(HuggingFaceTokenizer tokenizer) => tokenizer.SeparatorId >= 0 ? tokenizer.SeparatorId : tokenizer.PadId;
}
