using System.CommandLine.Parsing;

namespace KappaTune.Cli.Commands;

/// <summary>The options that say what to select: one policy, and what it applies to.</summary>
internal sealed class SelectionOptions
{
    private static readonly Dictionary<string, SelectionGrouping> Groupings = new()
    {
        ["none"] = SelectionGrouping.None,
        ["role"] = SelectionGrouping.PerRole,
        ["shape"] = SelectionGrouping.PerShape,
        ["layer"] = SelectionGrouping.PerLayer,
        ["expert"] = SelectionGrouping.PerExpert,
    };

    private static readonly Dictionary<string, SelectionScore> Scores = new()
    {
        ["kappa"] = SelectionScore.Kappa,
        ["relative"] = SelectionScore.RelativeKappa,
        ["layers-above"] = SelectionScore.LayersAbove,
    };

    private static readonly Dictionary<string, FusedMatrices> FusedWays = new()
    {
        ["whole"] = FusedMatrices.Whole,
        ["parts"] = FusedMatrices.ByParts,
    };

    private readonly Option<int?> _lowest = CommonOptions.Number<int>(
        "--lowest", "N", "Instead of --fraction: select the N matrices with the lowest κ.", value => KappaSelection.Lowest(value));

    private readonly Option<double?> _fraction = CommonOptions.Number<double>(
        "--fraction", "P", "Select this share of the candidates, those with the lowest κ", value => KappaSelection.LowestFraction(value));

    private readonly Option<double?> _threshold = CommonOptions.Number<double>(
        "--threshold", "K", "Instead of --fraction: select all candidates with at most this κ.", value => KappaSelection.Threshold(value));

    private readonly Option<long?> _budget = CommonOptions.Number<long>(
        "--budget", "N", "Instead of --fraction: select the lowest with at most N parameters together.",
        value => KappaSelection.ParameterBudget(value));

    private readonly Option<int?> _asInPaper = CommonOptions.Number<int>(
        "--as-in-paper", "N",
        "Instead of --fraction: select the N matrices with the lowest κ among all, embeddings, heads and routers included.",
        value => KappaSelection.AsInPaper(value));

    private readonly Option<int?> _largest = CommonOptions.Number<int>(
        "--largest-dimension", "N", "Select no matrices with more rows or columns",
        value => (KappaSelection.Lowest(1) with { LargestDimension = value }).Validate());

    private readonly Option<string> _group = new("--group")
    {
        Description = "Rank all together (none), or each role, shape, layer or expert by itself",
    };

    private readonly Option<string> _score = new("--score")
    {
        Description = "Rank by κ, by κ over that of a random matrix of the shape (relative), or last layers first (layers-above)",
    };

    private readonly Option<string> _fused = new("--fused")
    {
        Description = "Take a tensor of queries, keys and values, or of gate and up, as one matrix (whole) or as each of them (parts)",
    };

    private readonly Option<string[]> _include = new Option<string[]>("--include")
    {
        Description = "Select only among names that match, such as *.mlp.down_proj.*; tensors of a GGUF file, too, have their names in "
            + "Hugging Face's layout; may be repeated",
        HelpName = "GLOB",
    }.Checked(patterns => (KappaSelection.Lowest(1) with { Include = patterns }).Validate());

    private readonly Option<string[]> _exclude = new Option<string[]>("--exclude")
    {
        Description = "Select no names that match, as of --include; may be repeated",
        HelpName = "GLOB",
    }.Checked(patterns => (KappaSelection.Lowest(1) with { Exclude = patterns }).Validate());

    private readonly Option[] _policies;
    private readonly Option<bool> _embeddings = new("--embeddings") { Description = "Let embeddings be candidates, too." };

    /// <summary>Adds the options to the command.</summary>
    /// <param name="defaults">What is selected where no option says otherwise, for help; null where a scan says it.</param>
    public SelectionOptions(Command command, KappaSelection? defaults)
    {
        _group.AcceptOnlyFromAmong([.. Groupings.Keys]);
        _score.AcceptOnlyFromAmong([.. Scores.Keys]);
        AddDefault(_fraction, defaults?.Amount);
        AddDefault(_group, Groupings.FirstOrDefault(word => word.Value == defaults?.Grouping).Key);
        AddDefault(_score, Scores.FirstOrDefault(word => word.Value == defaults?.Score).Key);
        _fused.AcceptOnlyFromAmong([.. FusedWays.Keys]);
        AddDefault(_fused, FusedWays.FirstOrDefault(word => word.Value == defaults?.Fused).Key);
        AddDefault(_include, defaults is null ? null : "all");
        AddDefault(_exclude, defaults is null ? null : "none");
        AddDefault(_largest, defaults is null ? null : "no limit");
        _policies = [_lowest, _fraction, _threshold, _budget, _asInPaper];
        command.AddOptions([.. _policies, _group, _score, _include, _exclude, _largest, _fused, _embeddings]);
        // As messages about them begin.
        foreach ((string property, Option option) in ((string, Option)[])
            [
                ("Threshold", _threshold), ("ParameterBudget", _budget), ("Score", _score), ("Include", _include), ("Exclude", _exclude),
                ("LargestDimension", _largest), ("Fused", _fused),
            ])
            OptionNames.Add(command, property, option.Name);
        command.AddCheck(result =>
        {
            string[] given = Policies(result);
            if (given.Length > 1)
                result.AddError($"{string.Join(" and ", given)} exclude each other: give one.");
            else if (given.Contains(_threshold.Name) && result.IsGiven(_group))
                result.AddError("--threshold and --group exclude each other: a threshold compares no ranks.");
        });
    }

    /// <summary>The options of policies that the command line has.</summary>
    public string[] Policies(SymbolResult result) =>
        [.. _policies.Where(result.IsGiven).Select(option => option.Name)];

    /// <summary>The selection that the command line asks for; what it doesn't say is as in <paramref name="otherwise"/>.</summary>
    public KappaSelection Read(ParseResult result, KappaSelection otherwise)
    {
        KappaSelection policy =
            result.GetValue(_lowest) is { } count ? KappaSelection.Lowest(count)
            : result.GetValue(_fraction) is { } fraction ? KappaSelection.LowestFraction(fraction)
            : result.GetValue(_threshold) is { } kappa ? KappaSelection.Threshold(kappa)
            : result.GetValue(_budget) is { } parameters ? KappaSelection.ParameterBudget(parameters)
            : result.GetValue(_asInPaper) is { } paper ? KappaSelection.AsInPaper(paper)
            : otherwise;
        return policy with
        {
            Grouping = result.GetValue(_group) is { } group ? Groupings[group]
                // A threshold given now ranks nothing, whatever was ranked before.
                : policy.Policy == SelectionPolicy.Threshold ? SelectionGrouping.None
                : otherwise.Grouping,
            Score = result.GetValue(_score) is { } score ? Scores[score] : otherwise.Score,
            Include = result.GetValue(_include) is { Length: > 0 } include ? include : otherwise.Include,
            Exclude = result.GetValue(_exclude) is { Length: > 0 } exclude ? exclude : otherwise.Exclude,
            LargestDimension = result.GetValue(_largest) ?? otherwise.LargestDimension,
            Fused = result.GetValue(_fused) is { } fused ? FusedWays[fused] : otherwise.Fused,
            Embeddings = result.GetValue(_embeddings) || policy.Embeddings || otherwise.Embeddings,
            Heads = policy.Heads || otherwise.Heads,
            Routers = policy.Routers || otherwise.Routers,
            SingleDimensions = policy.SingleDimensions || otherwise.SingleDimensions,
            Biases = otherwise.Biases,
            Norms = otherwise.Norms,
        };
    }

    /// <summary>Says so where an option for fused matrices changes nothing.</summary>
    public void NoteFused(ParseResult result, ScanReport report, TextWriter error)
    {
        if (result.GetValue(_fused) is { } word && FusedWays[word] == FusedMatrices.ByParts
            && report.Matrices.All(matrix => matrix.Part is null))
            error.WriteLine($"{_fused.Name} {word} changes nothing: no tensor is fused, or the parts of those that are aren't known.");
    }

    private static void AddDefault(Option option, object? value) => option.Description +=
        value is null ? " (default: as for the scan)." : FormattableString.Invariant($" (default: {value}).");
}
