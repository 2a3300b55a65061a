namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>What only several options together tell.</summary>
internal static class PretrainingOptionsCheck
{
    /// <param name="o">The options.</param>
    /// <param name="faulty">Fields whose own values aren't allowed, and say nothing about others.</param>
    /// <returns>Every pair that doesn't fit together.</returns>
    public static IEnumerable<(string Field, string Reason, string Remedy)> Faults(
        PretrainingOptions o, IReadOnlyCollection<string> faulty)
    {
        if (AreRight("hidden", "heads"))
        {
            if (o.Hidden % o.Heads != 0)
            {
                yield return (
                    "heads", FormattableString.Invariant($"hidden, {o.Hidden}, isn't a multiple of {o.Heads}"), "Change one of them.");
            }
            else if (AreRight("objective") && o.Objective == PretrainingObjective.NextToken && o.Hidden / o.Heads % 2 != 0)
            {
                yield return (
                    "heads", FormattableString.Invariant($"a head's size, {o.Hidden / o.Heads}, isn't even, as next-token needs it"),
                    "Change hidden or heads.");
            }
        }

        if (AreRight("objective", "experts") && o.HasExperts && o.Objective != PretrainingObjective.NextToken)
        {
            yield return (
                "experts", "only a model with the objective next-token has them", "Take them out, or set objective to next-token.");
        }

        if (AreRight("experts", "expertsPerToken") && o.HasExperts && o.ExpertsPerToken > o.Experts)
        {
            yield return (
                "expertsPerToken",
                FormattableString.Invariant($"a layer has {o.Experts} experts, which are fewer than {o.ExpertsPerToken}"),
                "Change one of them.");
        }

        if (AreRight("steps", "epochs") && o.Steps is not null && o.Epochs is not null)
            yield return ("epochs", "steps are given as well", "Give one of them.");
        bool isMasked = o.Objective == PretrainingObjective.Masked;
        if (AreRight("objective", "tokenizer")
            && o.TokenizerOrDefault == (isMasked ? PretrainingOptions.Bpe : PretrainingOptions.WordPiece))
        {
            yield return (
                "tokenizer", $"it is {o.TokenizerOrDefault}, which isn't for this objective",
                isMasked ? "Use wordpiece, or a folder with a tokenizer." : "Use bpe, or a folder with a tokenizer.");
        }

        bool AreRight(params ReadOnlySpan<string> fields) => !fields.ContainsAny([.. faulty]);
    }
}
