namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>A method and what it came to with its own learning rate at matched adaptation.</summary>
/// <param name="Row">Null where no run of it ended.</param>
internal sealed record MethodResult(ComparedMethod Method, MatchedRow? Row)
{
    public string Title => Method.Title;

    /// <summary>Null where no run learnt that much.</summary>
    public MeanInterval? Forgetting { get; } = Finite(Row?.Forgetting);

    public MeanInterval? Accuracy { get; } = Finite(Row?.Accuracy);

    /// <summary>What leaves the model as it was can't forget, and isn't ranked with what changes it.</summary>
    public bool ChangesModel => Method.Tensors > 0;

    /// <summary>In the order of forgetting; those that can't be compared last.</summary>
    public static MethodResult[] Rank(ComparisonResult document)
    {
        ILookup<string, MatchedRow> rows = (document.Matched?.Rows ?? []).ToLookup(row => row.Method);
        return [.. document.Methods
            .Select(method => new MethodResult(method, rows[method.Id].FirstOrDefault(row => row.Best)))
            .OrderBy(result => result.Forgetting is null)
            .ThenBy(result => result.Forgetting?.Mean)];
    }

    /// <summary>The method in question: the plain lowest κ, or else the first that selects.</summary>
    public static MethodResult? Hero(IReadOnlyCollection<MethodResult> results) =>
        results.FirstOrDefault(result => result.Method.Id == "kappa-lowest")
        ?? results.FirstOrDefault(result => result.Method.Group == "selection");

    /// <summary>Whether the intervals have a value in common; null where one of them is of a single run, and none is known.</summary>
    public static bool? Overlap(MeanInterval one, MeanInterval other) => one.Low <= other.High && other.Low <= one.High
        ? true
        : one.Low is null || other.Low is null ? null : false;

    /// <summary>A training that failed has numbers that aren't; there is nothing to show of it.</summary>
    public static MeanInterval? Finite(MeanInterval? estimate) => estimate is null || !double.IsFinite(estimate.Mean) ? null
        : estimate is { Low: { } low, High: { } high } && double.IsFinite(low) && double.IsFinite(high) ? estimate
        : estimate with { Low = null, High = null };
}
