/// <summary>A run of the benchmark of heads and words: all that decides its result.</summary>
/// <param name="Model">The base model's folder, and its file where it was named.</param>
/// <param name="Way">One of the ways below.</param>
/// <param name="Seed">Which rows, in which order, and the head's first values; null where nothing trains.</param>
/// <param name="LearningRate">The rate of what is selected; null where nothing trains.</param>
/// <param name="HeadLearningRate">The rate of the new head; null where there is none.</param>
internal sealed record WordsCell(
    string Model, string Task, string Way, int? Seed, double? LearningRate, double? HeadLearningRate, int Rows, int Epochs, int BatchSize,
    int Tokens, int TestRows)
{
    public const string Head = "head", Words = "words", Untuned = "untuned-words", Frequencies = "frequencies";

    /// <summary>What all runs of a table have in common.</summary>
    public WordsCell InCommon() => this with { Way = "", Seed = null, LearningRate = null, HeadLearningRate = null };

    /// <summary>
    /// All runs of a setting, the first seed's first, so that a benchmark that was stopped can still compare. Before them those that
    /// learn nothing: the base's own words, and each class's share of the training rows for every text.
    /// </summary>
    /// <param name="seeds">How many seeds, from 1.</param>
    public static IEnumerable<WordsCell> All(WordsCell setting, int seeds, double[] rates, double[] headRates) =>
    [
        setting with { Way = Frequencies },
        setting with { Way = Untuned },
        .. from seed in Enumerable.Range(1, seeds)
           from rate in rates
           let run = setting with { Seed = seed, LearningRate = rate }
           from cell in (WordsCell[])
           [
               run with { Way = Words },
               .. headRates.Select(headRate => run with { Way = Head, HeadLearningRate = headRate }),
           ]
           select cell,
    ];

    /// <summary>The way in words.</summary>
    public static string Title(string way) => way switch
    {
        Head => "new head",
        Words => "words",
        Untuned => "words, untuned",
        _ => "the classes' shares",
    };

    public override string ToString() => $"{Task}, {Title(Way)}"
        + (Seed is null ? "" : $", seed {Seed}, rate {LearningRate:0.#e-0}")
        + (HeadLearningRate is null ? "" : $", the head's {HeadLearningRate:0.#e-0}");
}
