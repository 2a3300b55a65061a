using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// What to pre-train and how: the fields of an options file, which have these names in camel case. A field that isn't there has the
/// default given here.
/// </summary>
internal sealed record PretrainingOptions
{
    /// <summary>What the model is asked: <c>masked</c> (an encoder) or <c>next-token</c> (a decoder). Default: masked.</summary>
    public PretrainingObjective Objective { get; init; } = PretrainingObjective.Masked;

    /// <summary>
    /// <c>wordpiece</c> (BERT's) or <c>bpe</c> (GPT-2's), learnt from the corpus, or a folder with a tokenizer. Default: wordpiece, and
    /// bpe for next-token.
    /// </summary>
    public string? Tokenizer { get; init; }

    /// <summary>Tokens that a tokenizer learnt here has at most, 300 to 1,000,000. Default: 8,000.</summary>
    public int Vocabulary { get; init; } = 8000;

    /// <summary>Whether a WordPiece tokenizer learnt here makes all letters small. Default: true.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Tokens of a window, and of the longest text that the model takes; 16 to 8,192. Default: 128.</summary>
    public int MaximumTokens { get; init; } = 128;

    /// <summary>Layers, 1 to 100. Default: 4.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Numbers in a token's state, a multiple of <see cref="Heads"/>. Default: 256.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>Attention heads of a layer, 1 or more. Default: 4.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>
    /// Numbers between the two halves of a feed-forward network, 1 or more. Default: four times <see cref="Hidden"/>; with next-token, where
    /// there are three matrices instead of two, 8/3 of it, up to a multiple of 8.
    /// </summary>
    public int? Intermediate { get; init; }

    /// <summary>The standard deviation of new weights, above 0 and at most 1. Default: 0.02.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>
    /// Whether position embeddings begin as sinusoids (arXiv:1706.03762, section 3.5), with masked; they are trained like all others.
    /// Default: false, random.
    /// </summary>
    public bool SinusoidalPositions { get; init; }

    /// <summary>Steps of the optimizer, 1 or more; instead of <see cref="Epochs"/>. Default: what the epochs need.</summary>
    public int? Steps { get; init; }

    /// <summary>How often all of the corpus is seen, above 0; parts of one count. Default: 10.</summary>
    public double? Epochs { get; init; }

    /// <summary>Windows a step, 1 or more. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The highest learning rate, above 0 and at most 1. Default: 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate goes on after the warm-up: <c>linear</c>, <c>cosine</c> or <c>constant</c>. Default: linear.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Linear;

    /// <summary>The share of the steps in which the learning rate rises, 0 or more and below 1. Default: 0.06.</summary>
    public double Warmup { get; init; } = 0.06;

    /// <summary>How much of a weight decays a step, times the learning rate; not of biases and norms. Default: 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>AdamW's β₂, how long squares of gradients are remembered; 0 or more and below 1. Default: 0.98.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>The greatest norm of all gradients, above 0. Default: 1.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Dropout of states (not with next-token) and of attention while pre-training, 0 or more and below 1. Default: 0.1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Dropout that <c>config.json</c> asks of whoever tunes the model, with masked; 0 or more and below 1. Default: 0.1.</summary>
    public double TuningDropout { get; init; } = 0.1;

    /// <summary>The share of tokens to guess, with masked; above 0 and at most 0.5. Default: 0.15.</summary>
    public double MaskRate { get; init; } = 0.15;

    /// <summary>Whether a word's tokens are masked together, with masked. Default: true.</summary>
    public bool WholeWords { get; init; } = true;

    /// <summary>
    /// The share of the steps whose windows are cut to a shorter length drawn anew, so that the model knows short texts as well; 0 to 1.
    /// Default: 0.1.
    /// </summary>
    public double ShortShare { get; init; } = 0.1;

    /// <summary>What is computed with: <c>float32</c> or <c>bfloat16</c>, which suits GPUs. Default: float32.</summary>
    public TuningPrecision Precision { get; init; } = TuningPrecision.Float32;

    /// <summary>The type of the stored weights: <c>float16</c>, <c>bfloat16</c> or <c>float32</c>. Default: float16.</summary>
    public ScalarType Storage { get; init; } = ScalarType.Float16;

    /// <summary>Steps between two measurements on held-out text, after each of which a training state is kept; 1 or more. Default: 500.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>The last part of the corpus, held out where no other text is given; 0 (none) to 0.5. Default: 0.02.</summary>
    public double HeldOutShare { get; init; } = 0.02;

    /// <summary>Windows of the held-out text to measure on, evenly taken, 1 or more. Default: 1,024.</summary>
    public int HeldOutWindows { get; init; } = 1024;

    /// <summary>Decides about all that is random. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>The tokenizer to use, where the file leaves it open.</summary>
    public string TokenizerOrDefault => Tokenizer ?? (Objective == PretrainingObjective.Masked ? WordPiece : Bpe);

    public int IntermediateOrDefault => Intermediate
        ?? (Objective == PretrainingObjective.Masked ? 4 * Hidden : (8 * Hidden / 3 + 7) / 8 * 8);

    public const string WordPiece = "wordpiece", Bpe = "bpe";
}
