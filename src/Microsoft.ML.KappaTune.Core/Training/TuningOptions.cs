using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// How a pre-trained model is fine-tuned: what trains, how long, how fast, and what is kept meanwhile. Immutable; change a copy by
/// <c>with</c>. Checked when the trainer is made: all values out of range are one <see cref="ArgumentException"/> that names each
/// property, such as <c>Selection.Amount</c>, the value and what is allowed. What needs the data, a file or a device is checked when
/// training starts.
/// </summary>
/// <remarks>
/// Dropout is what the base model's configuration says, but only from the first layer on in which something trains: what is below
/// can't change, so its output for a text is found once, without dropout, and kept in memory as far as a quarter of the machine's
/// allows. Runs in one process wait for each other, since threads and a GPU's random numbers are the tensor library's.
/// </remarks>
public abstract record TuningOptions
{
    /// <summary>The highest learning rate where neither the options nor probes say one.</summary>
    internal const double DefaultLearningRate = 1e-4;

    /// <summary>Whether a base's codes stay as they are.</summary>
    internal bool KeepsCodes => BaseWeights == BaseWeights.Quantised || (BaseWeights == BaseWeights.Auto && Method.IsLora);

    /// <summary>
    /// The pre-trained model: a folder in Hugging Face layout, with weights as safetensors or as an encoder's ONNX model, such as those of
    /// <c>PretrainedModels</c> in the package Microsoft.ML.KappaTune.Models (if the app has that package, <c>minilm</c> and
    /// <c>arctic-xs</c> name them), or a decoder's GGUF file. Default: <see cref="BaseModel.Embedded"/>, the one that comes with the
    /// library.
    /// </summary>
    [Required, IdentifiedBy("the base model")]
    [Allowed("a folder in Hugging Face layout, a decoder's .gguf file, or an encoder that comes along: embedded, minilm or arctic-xs")]
    public string BaseModel { get; init; } = KappaTune.BaseModel.Embedded;

    /// <summary>Which of the model's tensors train. Default: the 20 % with the lowest κ. The task's new head always trains.</summary>
    [Allowed("a selection")]
    public KappaSelection Selection { get; init; } = KappaSelection.LowestFraction(0.2);

    /// <summary>
    /// How the selected tensors train. Default: <see cref="TuningMethod.Direct"/>. In configuration, <c>"Method": { "Rank": 8 }</c> is
    /// <see cref="TuningMethod.Lora"/>.
    /// </summary>
    [Allowed("direct, or LoRA of a Rank of 1 or more")]
    public TuningMethod Method { get; init; } = TuningMethod.Direct;

    /// <summary>Passes over the training data, 1 or more. Default: 10.</summary>
    [Description("Passes over the training rows, at most"), Range(1, int.MaxValue)]
    public int MaxEpochs { get; init; } = 10;

    /// <summary>
    /// Of <see cref="MaxEpochs"/>, the first ones, in which the new head trains alone; then what is selected joins it, with a warm-up of
    /// its own. A new head's first gradients say little, and would move the model for nothing (Kumar et al., arXiv:2202.10054). 0 or more,
    /// below MaxEpochs. Default: 0.
    /// </summary>
    [Description("Of these, the first in which the new head trains alone"), Range(0, int.MaxValue)]
    public int HeadEpochs { get; init; }

    /// <summary>Rows a forward pass, 1 or more. Default: 32.</summary>
    [Description("Rows a forward pass"), Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches an optimizer step, 1 or more: their gradients are those of one batch of all their rows. Default: 1.</summary>
    [Description("Batches an optimizer step"), Range(1, int.MaxValue)]
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// The highest learning rate of the selected tensors and of adapters; above 0, at most 1. Null: 1e-4 or, with a <see cref="Budget"/>,
    /// the highest that short probes find to stay within it. Default: null.
    /// </summary>
    [Description("Highest learning rate of what is selected (default: 0.0001 or, with a budget, what probes find)")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? LearningRate { get; init; }

    /// <summary>The highest learning rate of the task's new head; above 0, at most 1. Default: 1e-3.</summary>
    [Description("Highest learning rate of the new head"), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double HeadLearningRate { get; init; } = 1e-3;

    /// <summary>
    /// AdamW's decoupled weight decay of weights (biases and normalizations have none), 0 or more, below 1. Default: 0.01.
    /// </summary>
    [Description("AdamW's weight decay"), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>How the learning rates go on after the warm-up. Default: <see cref="LearningRateSchedule.Linear"/>.</summary>
    [Description("How learning rates go on after the warm-up")]
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>
    /// The share of all steps in which the learning rates rise in a straight line from 0 before the first; 0 or more, below 1. After
    /// <see cref="HeadEpochs"/>, of the steps that are left. Default: 0.1.
    /// </summary>
    [Description("The share of all steps in which learning rates rise"), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>
    /// What the run may cost of what the base model knew: the trainer finds the learning rate, watches a control text while it trains, and
    /// gives a result that is within the budget. The control text is <see cref="RetentionText"/>, or else a sample of English prose in the
    /// public domain that comes with the library. Null: no limit. Default: null.
    /// </summary>
    public RetentionBudget? Budget { get; init; }

    /// <summary>
    /// The most memory that the optimizer may take, in bytes: 8 for each parameter that trains, the new head's included. With LoRA those
    /// are the adapters'. Of the candidates in the order of <see cref="Selection"/>, whose amount isn't used, as many are selected as fit;
    /// too few bytes for the first one are an error that says how many would do. Not with <see cref="SelectionPolicy.Threshold"/>. 1 or
    /// more; null for what the selection says. Default: null.
    /// </summary>
    [Description("Bytes that the optimizer may take, 8 a parameter that trains: as many of the best are selected as fit")]
    [Range(1, long.MaxValue)]
    public long? MaximumOptimizerMemory { get; init; }

    /// <summary>
    /// The longest time for finding a rate and for all steps, above 0. It counts from the end of scan and tokenizing, in all parts of
    /// a run that was interrupted; what is measured after the last step, weights between base and tuned included, comes on top. After a few
    /// steps in which everything trains, a run that wouldn't end in time plans fewer, over which learning rates decline, and fewer again
    /// where measuring the validation rows, transcripts included, takes longer than was thought; the plan stays when the run is resumed. In
    /// any case training ends with the step in which the time is up, and the epoch with it; probes are finished first. Where the time cuts
    /// a run, another one differs from it, because clocks do. Null: no limit. Default: null.
    /// </summary>
    [Description("The longest time for training; where it wouldn't do, fewer steps are planned")]
    [Range(typeof(TimeSpan), "00:00:00", "10000000.00:00:00", MinimumIsExclusive = true, ParseLimitsInInvariantCulture = true)]
    [Allowed("above 0"), NoEffectOnResult]
    public TimeSpan? MaximumTime { get; init; }

    /// <summary>The longest allowed 2-norm of the gradient of everything that trains; above 0, or +∞ for no limit. Default: 1.</summary>
    [Description("The longest gradient; Infinity: no limit"), Range(0, double.PositiveInfinity, MinimumIsExclusive = true)]
    public double GradientClip { get; init; } = 1;

    /// <summary>
    /// Tokens of the longest text, special tokens included, 4 or more; what is longer is cut. Null: as many as the model has
    /// positions, or fewer where its tokenizer's files say model_max_length; of decoders 1024 at most. Default: null.
    /// </summary>
    [Description("Tokens of the longest text; what is longer is cut (default: as the model)")]
    [Range(EncodedText.ShortestSequence, int.MaxValue)]
    public int? MaxSequenceLength { get; init; }

    /// <summary>When training ends before <see cref="MaxEpochs"/>; needs validation rows. Null: never. Default: null.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// The share of the training rows that is taken out for validation where no validation set is given, chosen by
    /// <see cref="Seed"/>, each class with its share; 0 or more, below 1. Default: 0.
    /// </summary>
    [Description("Take this share of the training rows out, and validate on it after each epoch")]
    [Range(0.0, 1.0, MaximumIsExclusive = true), IdentifiedBy("the validation rows")]
    public double ValidationFraction { get; init; }

    /// <summary>
    /// Decides about the new head's first weights, the order of rows, dropout and validation rows. On a CPU the same seed and threads
    /// give the same model. Default: 0.
    /// </summary>
    [Description("Decides about the head's first weights, the order of rows and dropout")]
    public int Seed { get; init; }

    /// <summary>
    /// Where training runs: <c>auto</c> (the first GPU, where there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.
    /// Default: <c>auto</c>.
    /// </summary>
    [Description("auto (the first GPU, where there is one), cpu or cuda:0"), Allowed("auto, cpu, cuda or cuda:0"), NoEffectOnResult]
    public string Device { get; init; } = "auto";

    /// <summary>The numbers that the model computes with. Default: <see cref="TuningPrecision.Auto"/>.</summary>
    [Description("What the model computes with; auto: bfloat16 on a GPU, else float32")]
    public TuningPrecision Precision { get; init; }

    /// <summary>
    /// How the linear layers of a quantised language model (GGUF, bitsandbytes, GPTQ, AWQ, FP8) are held while it is tuned: as codes, or
    /// as their values, with which it computes in any case. The result has values. Embeddings, heads and encoders are always dequantised; a
    /// base that isn't quantised is as it is. Default: <see cref="BaseWeights.Auto"/>, codes with LoRA and values without.
    /// </summary>
    [Description("How a quantised base is held; auto: quantised with LoRA, else dequantised"), NoEffectOnResult]
    public BaseWeights BaseWeights { get; init; }

    /// <summary>Threads of the tensor library, 1 or more, a setting of the whole process; 0 for all cores. Default: 0.</summary>
    [Description("Threads to compute with; 0 for all cores"), Range(0, int.MaxValue), NoEffectOnResult]
    public int Threads { get; init; }

    /// <summary>
    /// Folder of the scan's cache, as <see cref="ScanOptions.CacheDirectory"/>; null for none.
    /// Default: <see cref="ScanOptions.DefaultCacheDirectory"/>.
    /// </summary>
    [MinLength(1), Allowed("a folder"), NoEffectOnResult]
    public string? ScanCacheDirectory { get; init; } = ScanOptions.DefaultCacheDirectory;

    /// <summary>
    /// A folder for one training state, from which an interrupted run goes on; made where it isn't there, and for one run at a time. A
    /// state is kept after each epoch and when the run is cancelled, and replaces the one before only when it is whole on the disk.
    /// Null: none is kept. Default: null.
    /// </summary>
    [MinLength(1), Allowed("a folder"), NoEffectOnResult]
    public string? CheckpointDirectory { get; init; }

    /// <summary>Optimizer steps between two training states within an epoch, 1 or more; 0 for none. Default: 0.</summary>
    [Description("Steps between two states within an epoch; 0 for none but at its end"), Range(0, int.MaxValue), NoEffectOnResult]
    public int CheckpointEvery { get; init; }

    /// <summary>
    /// Whether to go on from the state in <see cref="CheckpointDirectory"/>, where there is one. On a CPU the result is bit for bit that
    /// of an uninterrupted run. A state of other data, another base model or other options is a
    /// <see cref="TrainingStateMismatchException"/> that says which; free to change are what only watches or keeps, and Device and
    /// Threads, with which the last bits may differ. Without it, training starts anew and replaces the state. Default: false.
    /// </summary>
    [NoEffectOnResult]
    public bool Resume { get; init; }

    /// <summary>
    /// Whether to go on with a base model whose embeddings of the padding token are NaN or infinite, as resizing a vocabulary may leave
    /// them: that row is zero then. No text's result depends on it, as attention leaves padding out. Other values that aren't finite are
    /// errors all the same, and a row that is finite stays as it is. Default: false, an error that names the tensor and the value.
    /// </summary>
    [Description("Go on with zeros where the padding token's embeddings are NaN or infinite"), NoEffectOnResult]
    public bool ZeroPaddingRow { get; init; }

    /// <summary>
    /// A text file, UTF-8, or <see cref="RetentionTexts.English"/>, on which to measure what the model kept of what it knew before:
    /// <see cref="TuningReport.Retention"/>, of up to 200 windows of 128 tokens, with a budget of up to 500, taken evenly over the text. Text like
    /// that of the pre-training, not of the task: <see cref="TuningReport.Warnings"/> say where it can control little. With a
    /// <see cref="Budget"/>, half of the text decides, and the other half is measured, more windows of it the longer the run is. Null: not
    /// measured or, with a budget, the English text that ships. Default: null.
    /// </summary>
    [IdentifiedBy("the control text")]
    public string? RetentionText { get; init; }

    /// <summary>
    /// Called after every optimizer step and every epoch, from the training thread; default: null. An exception from it ends the training.
    /// </summary>
    [NoEffectOnResult]
    public Action<TuningProgress>? Progress { get; init; }

    /// <summary>
    /// Ends the training within a step. Once an epoch has ended, the best model so far is the result; before that, and while a run gets
    /// ready, an <see cref="OperationCanceledException"/>. Default: none.
    /// </summary>
    [NoEffectOnResult]
    public CancellationToken CancellationToken { get; init; }
}
