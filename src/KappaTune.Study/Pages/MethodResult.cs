namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>A method's result with its best learning rate, at matched adaptation.</summary>
/// <param name="Row">Null where no run of it ended.</param>
internal sealed record MethodResult(ComparedMethod Method, MatchedRow? Row)
{
    public string Title => Method.Title;

    /// <summary>Null where no run learnt that much.</summary>
    public MeanInterval? Forgetting => Row?.Forgetting;

    public MeanInterval? Accuracy => Row?.Accuracy;

    /// <summary>Whether the method changes the base's tensors; one that doesn't can't forget, and isn't ranked.</summary>
    public bool ChangesModel => Method.Tensors > 0;

    /// <summary>Results in the order of forgetting; those that can't be compared come last.</summary>
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

    /// <summary>Whether the intervals overlap; null where one has no interval and so isn't known.</summary>
    public static bool? Overlap(MeanInterval one, MeanInterval other) => one.Low <= other.High && other.Low <= one.High
        ? true
        : one.Low is null || other.Low is null ? null : false;
}
