using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>Some of a task's own texts, taken evenly, as windows on which the predictions of two models are compared.</summary>
internal static class TaskInputs
{
    /// <summary>For an encoder: some of each text's tokens are hidden, as those of a control text are.</summary>
    public static MaskedWindow[] Masked(
        IReadOnlyList<TaskText> rows, HuggingFaceTokenizer tokenizer, TokenMask mask, RetentionSettings settings, int maxTokens)
    {
        int[] special = [tokenizer.ClassificationId, tokenizer.SeparatorId];
        return [.. Some(rows, settings.MaxWindows).Select(row =>
        {
            EncodedText text = tokenizer.Encode(row.Text, row.Pair, maxTokens);
            MaskedWindow window = MaskedWindow.Whole(text.Ids, row.Pair is null ? null : text.TypeIds);
            return mask.Hide(window, [.. Enumerable.Range(0, text.Ids.Length).Where(place => !special.Contains(text.Ids[place]))]);
        }).Where(HasTarget)];
    }

    /// <summary>For a decoder: each token is guessed from those before it.</summary>
    public static MaskedWindow[] Next(
        IReadOnlyList<TaskText> rows, HuggingFaceTokenizer tokenizer, RetentionSettings settings, int maxTokens) =>
    [
        .. Some(rows, settings.MaxWindows).Select(row =>
        {
            int[] ids = row.Ids is { } given ? [.. given.Take(maxTokens)] : tokenizer.Encode(row.Text, row.Pair, maxTokens).Ids;
            return new MaskedWindow(ids, [.. ids.Skip(1), -1]);
        }).Where(window => window.Ids.Length > 1),
    ];

    private static bool HasTarget(MaskedWindow window) => window.Targets.Any(target => target >= 0);

    private static IEnumerable<TaskText> Some(IReadOnlyList<TaskText> rows, int most)
    {
        int count = Math.Min(most, rows.Count);
        return Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Count / count)]);
    }
}

/// <summary>A text of a task, or a pair of them.</summary>
/// <param name="Pair">The second text of a task on pairs; null for none.</param>
internal record TaskText(string Text, string? Pair)
{
    /// <summary>The tokens, where the text comes as such: no special ones are added then. Null for a text to be tokenized.</summary>
    public IReadOnlyList<int>? Ids { get; init; }
}
