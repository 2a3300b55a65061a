using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// What to pre-train and how: the fields of an options file, which have these names in camel case. A field that isn't there has the
/// default given here.
/// </summary>
public sealed record PretrainingOptions
{
    [Description(
        "What the model is asked: `masked`, the tokens behind masks (an encoder in BERT's layout), or `next-token` (a "
        + "decoder in Llama's layout, with `experts` in OLMoE's).")]
    public PretrainingObjective Objective { get; init; } = PretrainingObjective.Masked;

    [Description(
        "`wordpiece` (BERT's) or `bpe` (byte-level, GPT-2's), learnt from the corpus, or a folder with a tokenizer, "
        + "relative to the options file (default: `\"wordpiece\"`; `\"bpe\"` for `next-token`)")]
    [Allowed("wordpiece, bpe or a folder that is there"), IdentifiedBy("the tokenizer")]
    public string? Tokenizer { get; init; }

    [Description("Tokens that a tokenizer learnt here has at most."), Range(300, 1_000_000)]
    public int Vocabulary { get; init; } = 8000;

    [Description("Whether a WordPiece tokenizer learnt here makes all letters small.")]
    public bool Lowercase { get; init; } = true;

    [Description("Tokens of a window, and of the longest text that the model takes."), Range(16, 8192)]
    public int MaximumTokens { get; init; } = 128;

    [Description("Layers."), Range(1, 100)]
    public int Layers { get; init; } = 4;

    [Description("Numbers in a token's state, a multiple of `heads`."), Range(1, 16384)]
    public int Hidden { get; init; } = 256;

    [Description("Attention heads of a layer."), Range(1, 256)]
    public int Heads { get; init; } = 4;

    [Description(
        "Numbers between the two halves of a feed-forward network (default: 4 × `hidden`; 8/3 of it for `next-token`, over "
        + "`expertsPerToken` where there are experts, up to a multiple of 8)"), Range(1, 65536)]
    public int? Intermediate { get; init; }

    [Description(
        "Feed-forward networks of a layer, of which a token's router chooses `expertsPerToken`, with `next-token`: a mixture of experts. "
        + "0: each layer has one network.")]
    [Range(0, 1024)]
    public int Experts { get; init; }

    [Description("Experts that compute for a token, with `experts`; no more than these."), Range(1, 1024)]
    public int ExpertsPerToken { get; init; } = 2;

    [Description("How much the load-balancing loss counts (arXiv:2101.03961), with `experts`."), Range(0.0, 100.0)]
    public double RouterBalance { get; init; } = 0.01;

    [Description("The standard deviation of new weights. The embedded model began with 0.04."), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double InitializerRange { get; init; } = 0.02;

    [Description("Whether position embeddings begin as sinusoids, with `masked`; they are trained like all others.")]
    public bool SinusoidalPositions { get; init; }

    [Description(
        "Whether the token that ends a text stands behind each paragraph, with `next-token`; without, what is tuned from the model can't "
        + "end a text.")]
    public bool EndOfText { get; init; } = true;

    [Description("Steps of the optimizer; instead of `epochs` (default: what `epochs` need)"), Range(1, int.MaxValue)]
    public int? Steps { get; init; }

    [Description("How often all of the corpus is seen; parts of one count (default: `10`)"), Range(0, 1e6, MinimumIsExclusive = true)]
    public double? Epochs { get; init; }

    [Description("Windows a step."), Range(1, 1 << 20)]
    public int BatchSize { get; init; } = 32;

    [Description("The highest learning rate."), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    [Description("How the learning rate goes on after the warm-up: `linear` or `cosine` to 0, or `constant`.")]
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Linear;

    [Description("The share of the steps in which the learning rate rises."), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Warmup { get; init; } = 0.06;

    [Description("AdamW's decay of weights; biases and norms have none."), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double WeightDecay { get; init; } = 0.01;

    [Description("AdamW's β₂."), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.98;

    [Description("The greatest norm of all gradients."), Range(0, 1e9, MinimumIsExclusive = true)]
    public double GradientClip { get; init; } = 1;

    [Description(
        "Dropout of states (not with `next-token`) and of attention while pre-training. Without, a model that sees its "
        + "corpus a few times learns faster."), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.1;

    [Description("Dropout that `config.json` asks of whoever tunes the model, with `masked`."), Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double TuningDropout { get; init; } = 0.1;

    [Description(
        "The share of tokens to guess, with `masked`: of them 80 % are masked, 10 % replaced, 10 % left. How many are best "
        + "depends on the model (arXiv:2202.08005); the embedded one was trained with 0.4."), Range(0, 0.5, MinimumIsExclusive = true)]
    public double MaskRate { get; init; } = 0.15;

    [Description("Whether a word's tokens are masked together, with `masked`.")]
    public bool WholeWords { get; init; } = true;

    [Description("The share of the steps whose windows are cut to a shorter length, so that the model knows short texts as well.")]
    [Range(0.0, 1.0)]
    public double ShortShare { get; init; } = 0.1;

    [Description("What is computed with: `float32` or `bfloat16`, for GPUs. The optimizer's weights are float32.")]
    [AllowedValues(TuningPrecision.Float32, TuningPrecision.BFloat16)]
    public TuningPrecision Precision { get; init; } = TuningPrecision.Float32;

    [Description("The type of the stored weights: `float16`, `bfloat16` or `float32`.")]
    [AllowedValues(ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32), NoEffectOnResult]
    public ScalarType Storage { get; init; } = ScalarType.Float16;

    [Description("Steps between two measurements on held-out text, after each of which a training state is kept.")]
    [Range(1, int.MaxValue), NoEffectOnResult]
    public int CheckpointEvery { get; init; } = 500;

    [Description("The last part of the corpus, held out where `--held-out` isn't given; 0 for none.")]
    [Range(0, 0.5), IdentifiedBy("the held-out text")]
    public double HeldOutShare { get; init; } = 0.02;

    [Description("Windows of the held-out text to measure on, evenly taken."), Range(1, int.MaxValue), NoEffectOnResult]
    public int HeldOutWindows { get; init; } = 1024;

    [Description("Decides about all that is random: first weights, order, masks, dropout. `--seed` overrides it.")]
    public int Seed { get; init; }

    /// <summary>The tokenizer to use, where the file leaves it open.</summary>
    public string TokenizerOrDefault => Tokenizer ?? (Objective == PretrainingObjective.Masked ? WordPiece : Bpe);

    public int IntermediateOrDefault => Intermediate
        ?? (Objective == PretrainingObjective.Masked ? 4 * Hidden : (8 * Hidden / 3 / (HasExperts ? ExpertsPerToken : 1) + 7) / 8 * 8);

    /// <summary>Whether the model is a mixture of experts.</summary>
    public bool HasExperts => Experts > 0;

    public const string WordPiece = "wordpiece", Bpe = "bpe";
}
