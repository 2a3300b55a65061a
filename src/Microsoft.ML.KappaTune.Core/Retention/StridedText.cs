namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// Sliding windows over a text's tokens, a stride apart. A window guesses only the tokens that no earlier window had, and the others are
/// their context, so that every token is guessed once. Of a long text, windows are taken evenly over it.
/// </summary>
internal static class StridedText
{
    /// <summary>Chooses the windows, in the order of the text.</summary>
    /// <param name="tokens">The text's tokens, read anew each time: first they are counted.</param>
    /// <param name="count">Windows at most.</param>
    /// <param name="maxTokens">Tokens of the text in a window at most.</param>
    /// <param name="stride">How much further each window is than the one before, at most as many as a window has.</param>
    /// <param name="beginId">
    /// The token that each window begins with, because the model's texts do; -1 for none: then the text's first token can't be guessed.
    /// </param>
    /// <returns>The windows; null where the text is too short.</returns>
    public static List<MaskedWindow>? Read(Func<IEnumerable<TextToken>> tokens, int count, int maxTokens, int stride, int beginId)
    {
        long length = tokens().LongCount();
        if (length < ControlText.MinimumTokens)
            return null;
        long all = 1 + Math.Max(0, length - maxTokens + stride - 1) / stride, taken = Math.Min(all, count);
        var windows = new List<MaskedWindow>();
        var recent = new Queue<TextToken>(maxTokens);
        long end = 0;
        foreach (TextToken token in tokens())
        {
            if (recent.Count == maxTokens)
                recent.Dequeue();
            recent.Enqueue(token);
            end++;
            // The number of the window that ends at this token, -1 for none. The last window takes what is left.
            long window = end == length ? all - 1 : end >= maxTokens && (end - maxTokens) % stride == 0 ? (end - maxTokens) / stride : -1;
            // Keeps a window where window · taken / all reaches the next whole number, which spreads the kept ones evenly.
            if (window < 0 || (window + 1) * taken / all == window * taken / all)
                continue;
            int context = window == 0 ? 0 : maxTokens - stride;
            long fresh = end - (window == 0 ? 0 : maxTokens + (window - 1) * stride);
            windows.Add(Window([.. recent.TakeLast((int)(context + fresh))], context, beginId));
        }

        return windows;
    }

    /// <summary>How far apart windows of so many tokens are: each has at least half of its tokens for context.</summary>
    public static int StrideOf(RetentionSettings settings, int maxTokens) => Math.Clamp(settings.StrideTokens, 1, maxTokens / 2);

    /// <summary>Makes a window in which each place's target is the next token, except within the context.</summary>
    public static MaskedWindow Window(TextToken[] tokens, int context, int beginId)
    {
        IEnumerable<int> all = tokens.Select(token => token.Id);
        int[] ids = beginId >= 0 ? [beginId, .. all] : [.. all];
        int[] targets = new int[ids.Length];
        Array.Fill(targets, -1);
        int first = Math.Max(1, ids.Length - tokens.Length + context);
        for (int i = first; i < ids.Length; i++)
            targets[i - 1] = ids[i];
        return new(ids, targets) { Bytes = tokens.TakeLast(ids.Length - first).Sum(token => token.Bytes) };
    }
}
