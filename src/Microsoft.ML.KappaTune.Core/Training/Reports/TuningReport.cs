using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Training.Reports;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// What a run trained, how it went and what came out. Immutable. The properties, in this order and in snake case, are the file's fields.
/// </summary>
public sealed record TuningReport
{
    /// <summary>The version of the file's schema.</summary>
    [JsonInclude, JsonRequired]
    internal int Schema { get; init; } = MatrixJson.Schema;

    /// <summary>The base model's folder.</summary>
    public required string BaseModel { get; init; }

    /// <summary>Tells the base model from others: the scan's fingerprint.</summary>
    public required string BaseFingerprint { get; init; }

    /// <summary>How the selected tensors were trained.</summary>
    [JsonConverter(typeof(TuningMethodConverter))]
    public required TuningMethod Method { get; init; }

    /// <summary>The classes' names, in the order of the scores; none of a language model.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Rows that were trained on.</summary>
    public required int TrainingRows { get; init; }

    /// <summary>Rows of the validation set.</summary>
    public required int ValidationRows { get; init; }

    /// <summary>
    /// Rows left out because their label is missing or, of a language model, because they have no token that the loss counts.
    /// </summary>
    public required int SkippedRows { get; init; }

    /// <summary>Training rows that were longer than the model and were cut.</summary>
    public required int TruncatedRows { get; init; }

    /// <summary>Tokens of the training rows that the loss counts, once each; null where it counts rows: a classifier's.</summary>
    public long? CountedTokens { get; init; }

    /// <summary>Parameters that were trained, a new head included.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>Parameters of the whole model, a new head included.</summary>
    public required long TotalParameters { get; init; }

    /// <summary>Every epoch that ended, in order.</summary>
    public required IReadOnlyList<EpochReport> Epochs { get; init; }

    /// <summary>
    /// The epoch whose weights the model has: the last, or the best where there were validation rows and early stopping. Within a budget
    /// they may be mixed with the base's; then <see cref="BudgetReport.Validation"/> has what the model does.
    /// </summary>
    public required int BestEpoch { get; init; }

    /// <summary>Why training ended.</summary>
    public required TuningStop Stop { get; init; }

    /// <summary>Where it ran, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of the tensor library.</summary>
    public required int Threads { get; init; }

    /// <summary>How long the scan of the base model took.</summary>
    [JsonPropertyName("scan_seconds"), JsonConverter(typeof(SecondsConverter))]
    public required TimeSpan ScanTime { get; init; }

    /// <summary>How long tokenizing took.</summary>
    [JsonPropertyName("tokenizing_seconds"), JsonConverter(typeof(SecondsConverter))]
    public required TimeSpan TokenizingTime { get; init; }

    /// <summary>How long training and validation took, of all parts together where the run was resumed.</summary>
    [JsonPropertyName("training_seconds"), JsonConverter(typeof(SecondsConverter))]
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>The process's greatest resident memory by the end of the run, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>The loss at each optimizer step.</summary>
    [JsonPropertyName("steps")]
    public required IReadOnlyList<StepLoss> Losses { get; init; }

    /// <summary>
    /// What the model kept of what the base model knew; null where there was neither a control text nor a budget, or measuring was
    /// cancelled.
    /// </summary>
    public RetentionReport? Retention { get; init; }

    /// <summary>
    /// What a language model wrote before and after tuning behind each of the prompts that its options had for that; empty where there
    /// were none, or measuring was cancelled.
    /// </summary>
    public IReadOnlyList<RetentionAnswer> Answers { get; init; } = [];

    /// <summary>The share of <see cref="Answers"/> that stayed the same, letter for letter, 0 to 1; null where there are none.</summary>
    [JsonIgnore]
    public double? SameAnswers => Answers.Count == 0 ? null : (double)Answers.Count(answer => answer.IsSame) / Answers.Count;

    /// <summary>What was learnt against what it cost, and how the run kept to it; null without a <see cref="TuningOptions.Budget"/>.</summary>
    public BudgetReport? Budget { get; init; }

    /// <summary>
    /// What to know about the base model's files and the control text: fields that aren't known, and so have no effect here though they may
    /// have one in other programs, and why the text may say little of what the model keeps. Each names its file.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What was selected, and why.</summary>
    public required TuningPlan Plan { get; init; }

    /// <summary>Saves the report as JSON, whole or not at all.</summary>
    /// <remarks>
    /// <c>{"schema":1,"base_model":…,"method":…,"classes":…,"epochs":[…],"steps":[…],"retention":…,"plan":{…}}</c> and what else a report
    /// says; times are in seconds. A loss that isn't a finite number is the string "NaN" or "Infinity"; what isn't known is null.
    /// </remarks>
    public void Save(string path) => TuningJson.Save(this, path);

    /// <summary>Loads a report that was saved as JSON.</summary>
    /// <exception cref="FormatException">The file isn't a report; the message names the file and the field.</exception>
    public static TuningReport Load(string path) => TuningJson.Load(path);

    /// <summary>The report in words and a table of its epochs; lines are at most 80 characters long.</summary>
    public override string ToString() => TuningText.Format(this);
}
