using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>
/// Everything that can be wrong with a selection: one <see cref="ArgumentException"/> that names property, value and what is allowed.
/// </summary>
internal static class SelectionCheck
{
    public static void Validate(KappaSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var problems = new OptionProblems();
        Check(selection, problems);
        problems.Throw();
    }

    /// <summary>Adds what is wrong with a selection; null is for its owner to refuse.</summary>
    public static void Check(KappaSelection? selection, OptionProblems problems)
    {
        if (selection is null)
            return;
        problems.Check(selection);
        if (Refusal(selection.Policy, selection.Amount) is { } allowed)
            problems.Require(false, nameof(selection.Amount), selection.Amount, $"{allowed} with {selection.Policy}");
        bool isRandom = selection.Policy == SelectionPolicy.Random;
        problems.Require(
            isRandom == selection.Seed is not null, nameof(selection.Seed), selection.Seed,
            $"{(isRandom ? "a whole number" : "null")} with {selection.Policy}");
        problems.Require(
            selection.Policy != SelectionPolicy.Threshold || selection.Grouping == SelectionGrouping.None,
            nameof(selection.Grouping), selection.Grouping, "None with a threshold, which compares no ranks");
        CheckPatterns(nameof(selection.Include), selection.Include, problems);
        CheckPatterns(nameof(selection.Exclude), selection.Exclude, problems);
    }

    /// <summary>What is allowed as a policy's amount, where this one isn't; else null.</summary>
    public static string? Refusal(SelectionPolicy policy, double amount)
    {
        (bool holds, string allowed) = policy switch
        {
            SelectionPolicy.LowestFraction => (amount is > 0 and <= 1, "above 0 and at most 1"),
            SelectionPolicy.Threshold => (amount > 0 && double.IsFinite(amount), "above 0 and finite"),
            SelectionPolicy.ParameterBudget => (amount is >= 1 and <= 1L << 53 && double.IsInteger(amount), "from 1 to 2^53"),
            _ => (amount is >= 1 and <= int.MaxValue && double.IsInteger(amount), "a whole number of 1 or more"),
        };
        return holds ? null : allowed;
    }

    public static void Validate(ScannedMatrix[] matrices, KappaSelection selection)
    {
        for (int i = 1; i < matrices.Length; i++)
        {
            ScannedMatrix one = matrices[i - 1], next = matrices[i];
            bool areExperts = one.IsStacked && next.IsStacked && one.Expert != next.Expert;
            if (one.Name == next.Name && !areExperts && !FollowsPart(one, next))
                throw new ArgumentException($"matrices holds {next.Id} twice; allowed is each matrix once.", nameof(matrices));
        }

        if (selection.Fused == FusedMatrices.Whole && matrices.FirstOrDefault(m => m.Part is not null) is { } part)
            throw Invalid(nameof(selection.Fused), selection.Fused, $"ByParts where the matrices are parts, such as {part.Id}");

        if (matrices.FirstOrDefault(m => m.Kappa is { } kappa && !(kappa >= 1)) is { } impossible)
            throw Invalid(nameof(impossible.Kappa), impossible.Kappa, $"1 or more, for {impossible.Id}");
        if (selection.Score == SelectionScore.LayersAbove && matrices.All(m => m.Layer is null))
            throw Invalid(nameof(selection.Score), selection.Score, "Kappa or RelativeKappa where no tensor's name tells its layer");
        CheckMatches(nameof(selection.Include), selection.Include, matrices);
        CheckMatches(nameof(selection.Exclude), selection.Exclude, matrices);
    }

    /// <summary>Whether the second of two parts of a tensor, or of one expert's matrix in it, begins behind the first.</summary>
    public static bool FollowsPart(ScannedMatrix one, ScannedMatrix next) =>
        one.Slice.Part is { } part && next.Slice.Part is { } following && following.Dimension == part.Dimension
        && following.First >= part.End;

    /// <summary>Whether two selections are equal in all they say.</summary>
    public static bool AreSame(KappaSelection one, KappaSelection other) =>
        one.Include.SequenceEqual(other.Include) && one.Exclude.SequenceEqual(other.Exclude)
        && one with { Include = other.Include, Exclude = other.Exclude } == other;

    /// <summary>The policy takes none of the candidates, given in their order with the first one's score, or there is none.</summary>
    public static ArgumentException NothingSelected(KappaSelection selection, ScannedMatrix[] order, double lowest)
    {
        if (order.Length == 0)
        {
            return new(
                "The selection leaves no candidates; allowed are an Include and an Exclude that leave some, "
                + "or Embeddings, Heads or Routers = true.",
                nameof(selection));
        }

        ScannedMatrix first = order[0];
        return selection.Policy == SelectionPolicy.Threshold
            ? Invalid(
                "Threshold",
                selection.Amount,
                FormattableString.Invariant($"{RoundedUp(lowest):G4} or more, the score of {first.Id}, which is the lowest"))
            : Invalid(
                "ParameterBudget",
                selection.Amount,
                $"what {first.Id}, which ranks first, needs: {first.Parameters} parameters and those of biases and norms asked for");
    }

    /// <summary>The least number of four digits that isn't below a score.</summary>
    private static double RoundedUp(double score)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(score)) - 3);
        return unit > 0 && double.IsFinite(unit) ? Math.Ceiling(score / unit) * unit : score;
    }

    /// <summary>There is no candidate, and what may have been one can't be read.</summary>
    public static ArgumentException NothingReadable(ScannedMatrix[] unreadable) => new(
        $"The selection leaves no candidates: the values of {unreadable.Length} matrices can't be read, such as those of "
        + $"{unreadable[0].Id}: {unreadable[0].Problem}. Take the model in float32, float16 or bfloat16, or in a quantisation that is read "
        + "(GGUF, GPTQ, AWQ, bitsandbytes, FP8 with scales).");

    private static void CheckPatterns(string property, IReadOnlyList<string>? patterns, OptionProblems problems)
    {
        string? wrong = patterns?.FirstOrDefault(string.IsNullOrWhiteSpace);
        if (patterns is not null && patterns.Any(string.IsNullOrWhiteSpace))
            problems.Require(false, property, wrong is null ? null : $"\"{wrong}\"", "a pattern such as *.attention.*");
    }

    private static void CheckMatches(string property, IReadOnlyList<string> patterns, ScannedMatrix[] matrices)
    {
        foreach (string pattern in patterns)
        {
            if (!matrices.Any(matrix => Glob.Matches(pattern, matrix)))
            {
                string example = matrices.Length == 0 ? "" : $", such as {matrices[0].Name}";
                throw Invalid(
                    property, $"\"{pattern}\", which matches none of {matrices.Length} tensors", $"a pattern that matches a name{example}");
            }
        }
    }

    private static ArgumentException Invalid(string property, object? value, string allowed) =>
        new(OptionInfo.Problem(property, value, allowed), property);
}
