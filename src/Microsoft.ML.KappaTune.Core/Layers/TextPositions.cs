namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// What a batch's mask says, [B, T] integers: 0 for padding and, for a token, the number of its text in the row, from 1 on and never
/// falling. Padding may be anywhere, and has no position of its own.
/// </summary>
internal static class TextPositions
{
    /// <summary>The number of tokens before each in its text, [B, T].</summary>
    public static Tensor Of(Tensor mask)
    {
        using var scope = NewDisposeScope();
        Tensor texts = mask.to(ScalarType.Int64), tokens = texts.to(ScalarType.Bool).to(ScalarType.Int64);
        // Of the row, then less those of the texts before: where a text begins, its number is the highest so far.
        Tensor inRow = tokens.cumsum(1).sub(tokens), highest = texts.cummax(1).values;
        Tensor starts = cat([zeros_like(highest.narrow(1, 0, 1)), highest.diff(1, 1)], 1).to(ScalarType.Bool);
        return inRow.sub(inRow.mul(starts.to(ScalarType.Int64)).cummax(1).values).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Whether each row is one text, or none, from its first place on, and padding after it: then the tokens before one are its text's.
    /// </summary>
    public static bool AreAtBegin(Tensor mask)
    {
        using var scope = NewDisposeScope();
        long length = mask.shape[1];
        Tensor texts = mask.to(ScalarType.Int64), first = texts.narrow(1, 0, 1);
        return first.le(first.ones_like()).all().logical_and(texts.narrow(1, 1, length - 1).le(texts.narrow(1, 0, length - 1)).all())
            .item<bool>();
    }

    /// <summary>The number of tokens of each token's text, [B, T]; 0 for padding.</summary>
    public static Tensor Lengths(Tensor mask)
    {
        using var scope = NewDisposeScope();
        return AreTogether(mask.unsqueeze(1), mask.unsqueeze(2)).sum(-1).MoveToOuterDisposeScope();
    }

    /// <summary>The state of each row's last token, [B, H], of all its states, [B, T, H]; padding may be on either side.</summary>
    public static Tensor LastStates(Tensor states, Tensor mask)
    {
        using var scope = NewDisposeScope();
        // Of equal sums the first is found, which is where the last token is.
        Tensor last = mask.to(ScalarType.Int64).to(ScalarType.Bool).to(ScalarType.Int64, states.device).cumsum(1).argmax(1);
        return states.gather(1, last.view(-1, 1, 1).expand(-1, 1, states.shape[2])).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Whether two places are of one text, and neither is padding. Both are parts of masks, of shapes that broadcast.</summary>
    public static Tensor AreTogether(Tensor first, Tensor second) => first.eq(second).logical_and(first.to(ScalarType.Bool));
}
