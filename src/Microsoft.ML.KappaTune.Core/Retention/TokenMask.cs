namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// A window as a model takes it, and for each place the token to guess there, or -1 for none: an encoder guesses the hidden token, a
/// decoder the next one.
/// </summary>
/// <param name="Ids">The tokens, some of them hidden.</param>
/// <param name="Targets">What to guess.</param>
/// <param name="Types">0 for the first text, 1 for the second; null where there is one.</param>
internal sealed record MaskedWindow(int[] Ids, int[] Targets, int[]? Types = null)
{
    /// <summary>Bytes of the text that the tokens to guess stand for; 0 where that isn't asked for.</summary>
    public int Bytes { get; init; }

    /// <summary>A window with nothing to guess.</summary>
    public static MaskedWindow Whole(int[] ids, int[]? types = null)
    {
        int[] targets = new int[ids.Length];
        Array.Fill(targets, -1);
        return new(ids, targets, types);
    }
}

/// <summary>
/// Hides tokens of windows as BERT's pre-training does (Devlin et al., arXiv:1810.04805): of those to guess, 80 % become the mask token,
/// 10 % a random token and 10 % stay. The seed and the windows alone decide.
/// </summary>
internal sealed class TokenMask(int seed, double share, int maskId, int vocabularySize)
{
    private readonly Random _random = new(seed);

    /// <summary>A window's tokens between the special ones, some of them hidden; at least one.</summary>
    public MaskedWindow Hide(int[] tokens, int classifyId, int separatorId)
    {
        MaskedWindow window = Whole(tokens, classifyId, separatorId);
        int first = classifyId >= 0 ? 1 : 0;
        return Hide(window, [.. Enumerable.Range(first, tokens.Length)]);
    }

    /// <summary>Hides some of a window's tokens, which it changes; at least one where there is one.</summary>
    /// <param name="window">A window with nothing to guess.</param>
    /// <param name="places">Those that may be hidden.</param>
    public MaskedWindow Hide(MaskedWindow window, int[] places)
    {
        _random.Shuffle(places);
        int count = Math.Min(places.Length, Math.Max(1, (int)Math.Round(share * places.Length)));
        foreach (int place in places.AsSpan(0, count))
        {
            window.Targets[place] = window.Ids[place];
            double fate = _random.NextDouble();
            int other = _random.Next(vocabularySize);
            window.Ids[place] = fate < 0.8 ? maskId : fate < 0.9 ? other : window.Ids[place];
        }

        return window;
    }

    /// <summary>A window with nothing hidden.</summary>
    public static MaskedWindow Whole(int[] tokens, int classifyId, int separatorId) =>
        MaskedWindow.Whole([.. One(classifyId), .. tokens, .. One(separatorId)]);

    private static int[] One(int id) => id >= 0 ? [id] : [];
}
