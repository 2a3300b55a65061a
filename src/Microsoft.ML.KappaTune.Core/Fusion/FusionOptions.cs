using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// How a decoder takes in frames, such as those of speech: an encoder of frames, a projector to the decoder's size, and the prompts around
/// what they make. Immutable; change a copy by <c>with</c>.
/// </summary>
[TypeConverter(typeof(ObjectConverter))]
[WrittenAs("""{ "EncoderSize": 256, "PromptBefore": "Speech:" }; leave it out for the defaults""")]
public sealed record FusionOptions
{
    /// <summary>
    /// The folder of a pre-trained encoder of speech, Whisper's or wav2vec2's as Hugging Face lays them out, which the model begins with;
    /// null for an encoder of random weights. It says its sizes and how sound becomes frames: the options of these keep their defaults.
    /// Default: null.
    /// </summary>
    [MinLength(1), Allowed("a folder"), Description("Folder of a pre-trained encoder, Whisper's or wav2vec2's")]
    [IdentifiedBy("the encoder model")]
    public string? EncoderModel { get; init; }

    /// <summary>
    /// Whether an encoder that was read trains as well, all of it but positions that are a table; an encoder of random weights always does.
    /// Default: false.
    /// </summary>
    [Description("Train an encoder that was read as well")]
    public bool TrainEncoderModel { get; init; }

    /// <summary>Values of each of the encoder's states, 1 or more. Default: 256.</summary>
    [Range(1, int.MaxValue), Description("Values of each of the encoder's states")]
    public int EncoderSize { get; init; } = 256;

    /// <summary>
    /// Convolutions of 5 frames, of which each halves the number of frames; from 1 to 8. For an encoder that learns alone first, by
    /// characters, 2 with <see cref="StackedVectors"/> 2: it needs some more states than a text has characters. Default: 3.
    /// </summary>
    [Range(1, 8), Description("Convolutions, of which each halves the number of frames")]
    public int Convolutions { get; init; } = 3;

    /// <summary>Residual blocks of a convolution behind them, 0 or more. Default: 0.</summary>
    [Range(0, int.MaxValue), Description("Residual blocks of a convolution behind them")]
    public int ResidualBlocks { get; init; }

    /// <summary>Transformer layers behind these, 0 or more. Default: 0.</summary>
    [Range(0, int.MaxValue), Description("Transformer layers behind these")]
    public int EncoderLayers { get; init; }

    /// <summary>
    /// Heads of attention of each of these layers; <see cref="EncoderSize"/> is a multiple of twice as many. 1 or more. Default: 4.
    /// </summary>
    [Range(1, int.MaxValue), Description("Heads of attention of each of these layers")]
    public int EncoderHeads { get; init; } = 4;

    /// <summary>Neighbouring states of the encoder that become one of the decoder's vectors, 1 or more. Default: 1.</summary>
    [Range(1, int.MaxValue), Description("Neighbouring states of the encoder that become one vector")]
    public int StackedVectors { get; init; } = 1;

    /// <summary>Values between the projector's two layers, 1 or more. Default: 768.</summary>
    [Range(1, int.MaxValue), Description("Values between the projector's two layers")]
    public int ProjectorSize { get; init; } = 768;

    /// <summary>
    /// What the projector's vectors are multiplied by at first, above 0 and finite; the number trains. Tokens' embeddings are small, and
    /// random vectors as large as states would drown them. Default: 0.1.
    /// </summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true), Description("What the projector's vectors are multiplied by at first")]
    public double InitialGain { get; init; } = 0.1;

    /// <summary>
    /// Whether the values of each row's frames are normalised first, each place of a frame by its mean and deviation over the row, so that
    /// loudness and a microphone's colour don't count. Frames that are normalised so already, as those of
    /// <see cref="LogMelNormalization.Utterance"/>, stay as they are but for rounding. Default: true.
    /// </summary>
    [Description("Normalise the values of each row's frames by their mean and deviation over the row")]
    public bool NormalizeFrames { get; init; } = true;

    /// <summary>What the decoder reads before the vectors. Default: <c>Speech:</c></summary>
    [Allowed("a text"), Description("What the decoder reads before the vectors")]
    public string PromptBefore { get; init; } = "Speech:";

    /// <summary>
    /// What the decoder reads behind the vectors and before the transcript, which a blank is put before unless this ends with one.
    /// Default: a new line and <c>Text:</c>
    /// </summary>
    [Allowed("a text"), Description("What the decoder reads behind the vectors, before the transcript")]
    public string PromptAfter { get; init; } = "\nText:";

    /// <summary>
    /// The highest learning rate of the encoder; above 0, at most 1. Null: <see cref="TuningOptions.HeadLearningRate"/>. Default: null.
    /// </summary>
    [Description("Highest learning rate of the encoder (default: that of a new head)"), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? EncoderLearningRate { get; init; }

    /// <summary>
    /// The highest learning rate of the projector; above 0, at most 1. Null: <see cref="TuningOptions.HeadLearningRate"/>. Default: null.
    /// </summary>
    [Description("Highest learning rate of the projector (default: that of a new head)"), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? ProjectorLearningRate { get; init; }

    /// <summary>Adds what isn't allowed.</summary>
    internal void Check(OptionProblems problems)
    {
        problems.Check(this);
        problems.Require(
            EncoderLayers <= 0 || EncoderHeads <= 0 || EncoderSize % (2L * EncoderHeads) == 0, nameof(EncoderSize), EncoderSize,
            FormattableString.Invariant($"a multiple of {2L * EncoderHeads}, twice EncoderHeads"));
        if (EncoderModel is not null)
            CheckEncoder(problems, $"where {nameof(EncoderModel)} is set");
    }

    /// <summary>Adds what is said of an encoder that was read from files, which say it.</summary>
    /// <param name="where">Which encoder that is, in words.</param>
    internal void CheckEncoder(OptionProblems problems, string where)
    {
        var defaults = new FusionOptions();
        RequireDefault(nameof(EncoderSize), EncoderSize, defaults.EncoderSize);
        RequireDefault(nameof(Convolutions), Convolutions, defaults.Convolutions);
        RequireDefault(nameof(ResidualBlocks), ResidualBlocks, defaults.ResidualBlocks);
        RequireDefault(nameof(EncoderLayers), EncoderLayers, defaults.EncoderLayers);
        RequireDefault(nameof(EncoderHeads), EncoderHeads, defaults.EncoderHeads);
        RequireDefault(nameof(NormalizeFrames), NormalizeFrames, defaults.NormalizeFrames);

        void RequireDefault<T>(string name, T value, T byDefault) => problems.Require(
            Equals(value, byDefault), name, value, $"{OptionInfo.TextOf(byDefault)}, its default, {where}");
    }
}
