namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>What only several options together tell.</summary>
internal static class PretrainingOptionsCheck
{
    /// <param name="o">The options, each allowed by itself.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <exception cref="PretrainingOptionsException">Two of them don't fit each other.</exception>
    public static void Validate(PretrainingOptions o, string source)
    {
        if (o.Hidden % o.Heads != 0)
            throw Fault("heads", FormattableString.Invariant($"hidden, {o.Hidden}, isn't a multiple of {o.Heads}"), "Change one of them.");
        if (o.Objective == PretrainingObjective.NextToken && o.Hidden / o.Heads % 2 != 0)
        {
            throw Fault(
                "heads", FormattableString.Invariant($"a head's size, {o.Hidden / o.Heads}, isn't even, as next-token needs it"),
                "Change hidden or heads.");
        }

        if (o.Steps is not null && o.Epochs is not null)
            throw Fault("epochs", "steps are given as well", "Give one of them.");
        bool isMasked = o.Objective == PretrainingObjective.Masked;
        if (o.TokenizerOrDefault == (isMasked ? PretrainingOptions.Bpe : PretrainingOptions.WordPiece))
        {
            throw Fault(
                "tokenizer", $"it is {o.TokenizerOrDefault}, which isn't for this objective",
                isMasked ? "Use wordpiece, or a folder with a tokenizer." : "Use bpe, or a folder with a tokenizer.");
        }

        PretrainingOptionsException Fault(string field, string reason, string remedy) => new(source, field, reason, remedy);
    }
}
