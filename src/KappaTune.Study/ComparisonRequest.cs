namespace Microsoft.ML.KappaTune.Study;

/// <summary>What a comparison was asked for.</summary>
public sealed record ComparisonRequest
{
    /// <summary>The ids of all methods, in the order of tables.</summary>
    public static readonly IReadOnlyList<string> AllMethods =
    [
        "full", "full-head-first", "head", "kappa-lowest", "kappa-head-first", "kappa-lora", "relative-kappa", "kappa-per-role",
        "last-layers", "last-layers-embeddings", "embeddings", "kappa-highest", "random", "random-matched", "random-per-role", "lora",
        "lora-small", "biases",
    ];

    /// <summary>The ids of the methods for a language model, in the order of tables.</summary>
    public static readonly IReadOnlyList<string> LanguageModelMethods =
    [
        "full", "layers", "kappa-lowest", "kappa-lora", "relative-kappa", "kappa-per-role", "last-layers", "kappa-highest", "random",
        "random-roles", "random-matched", "random-per-role", "feed-forward", "attention", "routers", "lora", "lora-small",
    ];

    /// <summary>
    /// The ids of the methods for speech, in the order of tables. In all of them encoder and projector train; in the first nothing else.
    /// </summary>
    public static readonly IReadOnlyList<string> SpeechMethods =
    [
        "projector", "full", "kappa-lowest", "kappa-highest", "random-roles", "feed-forward", "lora", "layers", "kappa-lora",
        "relative-kappa", "kappa-per-role", "last-layers", "random", "random-matched", "random-per-role", "attention", "routers",
        "lora-small",
    ];

    /// <summary>Those that are compared where none are named.</summary>
    public static readonly IReadOnlyList<string> UsualSpeechMethods = [.. SpeechMethods.Take(7)];

    /// <summary>The factor for a language model's adapters.</summary>
    public const double LanguageModelAdapterRate = 10;

    /// <summary>
    /// The factor for adapters, which start from zero. At a factor of ten the embedded model forgot what it knew and learnt nothing.
    /// </summary>
    public const double AdapterRate = 3;

    /// <summary>The factor for biases or a head alone, which are few parameters.</summary>
    public const double FewParametersRate = 10;

    /// <summary>The highest learning rate of a comparison: a method's own, which may be that many times it, has to be allowed.</summary>
    public static double HighestRate { get; } =
        OptionInfo.Get(typeof(TuningOptions), nameof(TuningOptions.LearningRate)).Maximum!.Value / FewParametersRate;

    /// <summary>The base model's folder, or the name of the embedded one.</summary>
    public required string Base { get; init; }

    public required TaskFiles Task { get; init; }

    /// <summary>What the task is called in reports; null for the training file's name.</summary>
    public required string? TaskName { get; init; }

    /// <summary>Texts on which forgetting is measured, by paths or names of <see cref="RetentionTexts"/>; the first is the main one.</summary>
    public required IReadOnlyList<string> Controls { get; init; }

    /// <summary>The folder of all that the comparison writes.</summary>
    public required string Output { get; init; }

    /// <summary>Whether to compare the candidate tensors, each trained alone, instead of methods.</summary>
    public required bool PerTensor { get; init; }

    /// <summary>
    /// Ids among <see cref="AllMethods"/> or, of a language model, <see cref="LanguageModelMethods"/>; of one that hears,
    /// <see cref="SpeechMethods"/>.
    /// </summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>The ids of the methods that there are for the task.</summary>
    internal IReadOnlyList<string> KnownMethods =>
        Task.Speech is not null ? SpeechMethods : Task.Labels is null ? AllMethods : LanguageModelMethods;

    /// <summary>The settings of all runs; schedule and machine are filled in later.</summary>
    public required ComparisonSettings Settings { get; init; }

    /// <summary>Cells at once, each in a process of its own; 0 for this process, one after another.</summary>
    public required int Jobs { get; init; }

    /// <summary>A program and its arguments that does the run whose <see cref="CellSpec"/> is on its standard input.</summary>
    public required IReadOnlyList<string> CellCommand { get; init; }

    /// <summary>Threads of a cell.</summary>
    public required int Threads { get; init; }

    public required string Device { get; init; }

    /// <summary>The training loss at which methods are compared; null for the one that most of them reach.</summary>
    public required double? TrainLoss { get; init; }

    /// <summary>The word error rate at which methods for speech are compared; null for the one that most of them reach.</summary>
    public double? WordErrorRate { get; init; }

    public required string? ScanCache { get; init; }
}
