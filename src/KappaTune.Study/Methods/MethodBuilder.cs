using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Study.Pages;
using Microsoft.ML.KappaTune.Training;
using static Microsoft.ML.KappaTune.Study.ComparisonRequest;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// The methods of a comparison: what each trains of one base model. The lowest κ takes its share of the candidate tensors; all that
/// compete with it get as many parameters, or as nearly as whole tensors allow.
/// </summary>
internal sealed class MethodBuilder
{
    /// <summary>The method of speech that trains encoder and projector, and no tensor of the decoder.</summary>
    public const string ProjectorOnly = "projector";

    private static readonly TuningMethod LowestAdapters = TuningMethod.Lora();

    private static readonly TensorRole[] FeedForwardRoles =
    [
        TensorRole.FeedForwardIn, TensorRole.FeedForwardGate, TensorRole.FeedForwardOut, TensorRole.ExpertIn, TensorRole.ExpertGate,
        TensorRole.ExpertOut,
    ];

    private static readonly TensorRole[] AttentionRoles =
    [
        TensorRole.Query, TensorRole.Key, TensorRole.Value, TensorRole.KeyValue, TensorRole.QueryKeyValue, TensorRole.AttentionOutput,
    ];

    private readonly ScanReport _scan;
    private readonly TextModel _model;
    private readonly double _adapterRate;
    private readonly int _draws;
    private readonly int _headEpochs;
    private readonly ScannedMatrix[] _lowest;
    private readonly ScannedMatrix[] _all;

    /// <param name="scan">An exact scan of the base.</param>
    /// <param name="model">A classifier of it, or itself where it is a language model.</param>
    /// <param name="fraction">The share of the candidates that the lowest κ takes.</param>
    public MethodBuilder(ScanReport scan, TextModel model, double fraction, int draws, int epochs)
    {
        _adapterRate = model is CausalLanguageModel ? LanguageModelAdapterRate : AdapterRate;
        // A quarter of the epochs, but at least one, and never all.
        _headEpochs = Math.Min(Math.Max(1, epochs / 4), epochs - 1);
        _scan = scan;
        _model = model;
        _draws = draws;
        HeadParameters = model.NewParameters.Sum(name => model.get_parameter(name)!.NumberOfElements);
        var plan = PlanOf(KappaSelection.LowestFraction(fraction));
        _lowest = [.. plan.Selected];
        _all = [.. plan.Matrices.Select(planned => planned.Matrix)];
        Candidates = InOrder(plan);
    }

    /// <summary>The candidates, lowest κ first.</summary>
    public IReadOnlyList<ScannedMatrix> Candidates { get; }

    /// <summary>Parameters that the tuned model takes from the base.</summary>
    public long BaseParameters => _all.Sum(matrix => matrix.Parameters);

    /// <summary>Parameters of the task's new head, which train in every method.</summary>
    public long HeadParameters { get; }

    private long Budget => _lowest.Sum(matrix => matrix.Parameters);

    public ComparedMethod Build(string id) => id switch
    {
        "full" => Create(id, "Full fine-tuning", "Every weight of the model trains, as is usual.", "reference", [Draw(_all)]),
        "layers" => Create(
            id, "All of the layers", "Every weight matrix of the layers trains; words and normalizations stay as they are.", "reference",
            [Draw(Candidates)]),
        "full-head-first" => HeadFirst(id, Build("full")),
        "head" => Create(
            id, "Head only", "Only a new output layer trains; the model itself stays as it is, so it can't forget.", "reference",
            [Draw([])], FewParametersRate),
        ProjectorOnly => Create(
            id, "Projector only",
            "Only what hears trains, the encoder and the projector; the language model itself stays as it is, so it can't forget.",
            "reference", [Draw([])]),
        "kappa-lowest" => Create(
            id, "Lowest κ", "Only those weight tensors train whose condition number κ is lowest: they treat all directions most alike.",
            "selection", [Draw(_lowest)]),
        "kappa-head-first" => HeadFirst(id, Build("kappa-lowest")),
        "kappa-lora" => Create(
            id, "Lowest κ, LoRA", "Small adapters beside the tensors of lowest κ train, instead of the tensors themselves.", "selection",
            [Draw(_lowest, LowestAdapters)], _adapterRate, LowestAdapters),
        "relative-kappa" => Create(
            id, "Lowest relative κ",
            "As lowest κ, but κ is compared with that of a random tensor of the same shape, so that shape doesn't decide.",
            "selection", [Ranked(KappaSelection.Lowest(int.MaxValue) with { Score = SelectionScore.RelativeKappa })]),
        "kappa-per-role" => Create(
            id, "Lowest κ per role",
            "As lowest κ, but each kind of tensor, such as attention queries, is ranked by itself and gets its share.",
            "selection", [Draw(LowestPerRole())]),
        "last-layers" => Create(
            id, "Last layers", "The tensors of the last layers train, as near to the output as can be, with as many parameters.",
            "selection", [Draw(LastLayers())]),
        "last-layers-embeddings" => Create(
            id, "Last layers, words", "As last layers, and the word embeddings as well, which the other selections leave as they are.",
            "selection", [Draw([.. LastLayers(), WordEmbeddings])]),
        "embeddings" => Create(
            id, "Words only", "A baseline: only the word embeddings train, the input's side of the model.",
            "control", [Draw([WordEmbeddings])]),
        "kappa-highest" => Create(
            id, "Highest κ", "The opposite, as a baseline: the tensors of highest κ train.", "control",
            [Ranked(KappaSelection.Highest(int.MaxValue))]),
        "random" => Create(
            id, "Random", "A baseline: tensors drawn by lot, with as many parameters.", "control",
            Draws(draw => Ranked(KappaSelection.Random(int.MaxValue, draw)))),
        "random-per-role" => Create(
            id, "Random per role", "A baseline: drawn by lot within each kind of tensor, which gets its share as in lowest κ per role.",
            "control", Draws(draw => Draw(MatchedDraw.SameRoles(LowestPerRole(), Candidates, new Random(draw))))),
        "random-roles" => Create(
            id, "Random, same roles", "A baseline: drawn by lot, but with the kinds of the tensors of lowest κ, from any layers.",
            "control", Draws(draw => Draw(MatchedDraw.SameRoles(_lowest, Candidates, new Random(draw))))),
        "feed-forward" => Create(
            id, "Feed-forward only", "A baseline: drawn by lot among the feed-forward tensors, experts' included.", "control",
            Draws(draw => Among(FeedForwardRoles, draw))),
        "attention" => Create(
            id, "Attention only", "A baseline: drawn by lot among the tensors of attention.", "control",
            Draws(draw => Among(AttentionRoles, draw))),
        "routers" => Create(
            id, "Routers only", "Only what chooses among experts trains, which are few parameters.", "control",
            [Draw([.. _all.Where(matrix => matrix is { Role: TensorRole.Router, Rows: > 1, Columns: > 1 })])], FewParametersRate),
        "random-matched" => Create(
            id, "Random, same roles and depths", "A baseline: drawn by lot, but with the kinds and the depths of the tensors of lowest κ.",
            "control", Draws(Matched)),
        "lora" => Adapters(
            id, "LoRA everywhere", "Adapters beside every weight tensor train, with as many parameters as lowest κ.", Budget),
        "lora-small" => Adapters(
            id, "LoRA everywhere, small", "Adapters beside every weight tensor train, with as many parameters as those of lowest κ, LoRA.",
            AdapterParameters(_lowest, LowestAdapters)),
        "biases" => Create(
            id, "Biases only", "Only the bias vectors of all layers train.", "adapter",
            [Draw([.. _all.Where(matrix => matrix.Name.EndsWith(".bias", StringComparison.Ordinal))])], FewParametersRate),
        _ => throw new ArgumentException(
            $"'{id}' isn't a method; there are {string.Join(", ", AllMethods.Union(LanguageModelMethods).Union(SpeechMethods))}."),
    };

    /// <summary>A method for one tensor that trains alone.</summary>
    public ComparedMethod Alone(ScannedMatrix matrix) =>
        Create(matrix.Id, matrix.Id, "Of the model, only this tensor trains.", "tensor", [Draw([matrix])]);

    /// <summary>Takes matrices in order, and leaves out those that no longer fit into the budget.</summary>
    internal static List<ScannedMatrix> Fill(IEnumerable<ScannedMatrix> order, long budget)
    {
        List<ScannedMatrix> taken = [];
        foreach (ScannedMatrix matrix in order)
        {
            if (matrix.Parameters > budget)
                continue;
            taken.Add(matrix);
            budget -= matrix.Parameters;
        }

        return taken;
    }

    private ComparedMethod HeadFirst(string id, ComparedMethod method) => method with
    {
        Id = id,
        Title = $"{method.Title}, head first",
        Description = $"As {ComparisonWords.Quoted(method.Title)}, but in the first {_headEpochs} epochs a new output layer trains alone.",
        HeadEpochs = _headEpochs,
    };

    private ComparedMethod Adapters(string id, string title, string description, long budget)
    {
        // Adapters of rank 1 are the fewest parameters, even where they are more than is to be matched.
        long least = AdapterParameters(Candidates, TuningMethod.Lora(rank: 1));
        var adapters = TuningMethod.LoraWithin((int)Math.Clamp(budget, least, int.MaxValue));
        return Create(id, title, description, "adapter", [Draw(Candidates, adapters)], _adapterRate, adapters);
    }

    private List<ScannedMatrix> LowestPerRole() =>
        Filled(KappaSelection.Lowest(int.MaxValue) with { Grouping = SelectionGrouping.PerRole });

    private List<ScannedMatrix> LastLayers() => Filled(KappaSelection.Lowest(int.MaxValue) with { Score = SelectionScore.LayersAbove });

    /// <summary>The word embeddings: the largest of the embeddings, which are also of positions and segments.</summary>
    private ScannedMatrix WordEmbeddings => _all.Where(matrix => matrix.Role == TensorRole.Embedding).MaxBy(matrix => matrix.Parameters)!;

    private MethodDraw Ranked(KappaSelection selection) => Draw(Filled(selection));

    private List<ScannedMatrix> Filled(KappaSelection selection) => Fill(InOrder(PlanOf(selection)), Budget);

    /// <summary>By lot among the candidates of some roles, within the budget.</summary>
    private MethodDraw Among(TensorRole[] roles, int draw)
    {
        ScannedMatrix[] order = [.. Candidates.Where(matrix => roles.Contains(matrix.Role))];
        new Random(draw).Shuffle(order);
        return Draw(Fill(order, Budget));
    }

    private MethodDraw Matched(int draw)
    {
        (IReadOnlyList<ScannedMatrix> tensors, string? note) = MatchedDraw.Draw(_lowest, Candidates, draw);
        return Draw(tensors) with { Note = note };
    }

    /// <summary>The different choices among the draws, because an equal choice would be the same run, counted twice.</summary>
    private MethodDraw[] Draws(Func<int, MethodDraw> draw) =>
    [
        .. Enumerable.Range(0, _draws).Select(draw).DistinctBy(chosen => string.Join('\n', chosen.Tensors))
            .Select((chosen, i) => chosen with { Draw = i }),
    ];

    private MethodDraw Draw(IReadOnlyList<ScannedMatrix> matrices, TuningMethod? adapters = null) => new()
    {
        Draw = 0,
        Trainable =
            HeadParameters + (adapters is null ? matrices.Sum(matrix => matrix.Parameters) : AdapterParameters(matrices, adapters)),
        Tensors = [.. matrices.Select(matrix => matrix.Id).Order(StringComparer.Ordinal)],
    };

    private static long AdapterParameters(IReadOnlyList<ScannedMatrix> matrices, TuningMethod adapters)
    {
        RankedMatrix[] costs =
            [.. matrices.Select(matrix => new RankedMatrix(matrix.Rows + matrix.Columns, (int)Math.Min(matrix.Rows, matrix.Columns)))];
        return adapters.ParameterBudget is { } budget
            ? costs.Zip(RankBudget.Fit(costs, budget), (matrix, rank) => matrix.Cost * rank).Sum()
            : costs.Sum(matrix => matrix.Cost * adapters.Rank);
    }

    /// <param name="adapters">What trains beside the tensors instead of them; null for the tensors themselves.</param>
    private static ComparedMethod Create(
        string id, string title, string description, string group, IReadOnlyList<MethodDraw> draws,
        double rateFactor = 1, TuningMethod? adapters = null) => new()
        {
            Id = id,
            Title = title,
            Description = adapters is null ? description : $"{description.TrimEnd('.')}: {adapters}.",
            Group = group,
            Trainable = draws[0].Trainable,
            Tensors = draws[0].Tensors.Count,
            Rank = adapters?.Rank ?? 0,
            AdapterParameters = adapters?.ParameterBudget,
            Adapters = adapters?.ToString(),
            RateFactor = rateFactor,
            Draws = draws,
        };

    private TuningPlan PlanOf(KappaSelection selection) => TuningSelection.Plan(_scan, _model, selection);

    internal static ScannedMatrix[] InOrder(TuningPlan plan) =>
        [.. plan.Matrices.Where(planned => planned.Rank is not null).OrderBy(planned => planned.Rank).Select(planned => planned.Matrix)];
}
