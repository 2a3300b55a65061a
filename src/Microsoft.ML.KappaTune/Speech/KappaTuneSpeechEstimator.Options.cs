using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

public sealed partial class KappaTuneSpeechEstimator
{
    /// <summary>
    /// The options of the <c>KappaTuneSpeech</c> estimator. Immutable; change a copy by <c>with</c>. Of those that it shares with
    /// classifiers, <see cref="TuningOptions.BaseModel"/> must name a decoder and has no default; what they call the new head are the
    /// encoder of frames and the projector, which always train; and where <see cref="TuningOptions.MaxSequenceLength"/> is null, prompts,
    /// vectors and transcript have 1024 tokens at most. A longer recording is left out, as a part of it hasn't all of its words.
    /// </summary>
    public sealed record Options : TuningOptions
    {
        /// <summary>Options with all defaults; the base model is to be named.</summary>
        public Options() => BaseModel = "";

        /// <summary>The recordings' column. Default: <c>Audio</c>.</summary>
        [Required, Allowed("the name of a column"), IdentifiedBy("the training rows")]
        public string InputColumnName { get; init; } = "Audio";

        /// <summary>What that column holds. Default: <see cref="SpeechInput.Path"/>.</summary>
        [Description("What the recordings' column holds"), IdentifiedBy("the training rows")]
        public SpeechInput Input { get; init; }

        /// <summary>
        /// The transcripts' column, of text: what is said, and nothing where nobody speaks. It is read in training alone.
        /// Default: <c>Label</c>.
        /// </summary>
        [Required, Allowed("the name of a column"), IdentifiedBy("the training rows")]
        public string LabelColumnName { get; init; } = "Label";

        /// <summary>
        /// Samples a second of <see cref="SpeechInput.Samples"/>, which are resampled to the rate of <see cref="Sound"/>; from 1000 to
        /// 384000, and null for that rate. Default: null.
        /// </summary>
        [Range(1000, 384_000), Description("Samples a second of samples"), IdentifiedBy("the training rows")]
        public int? SampleRate { get; init; }

        /// <summary>
        /// Values of each frame of <see cref="SpeechInput.Frames"/>, which needs it; 1 or more, and null for the others. Default: null.
        /// </summary>
        [Range(1, int.MaxValue), Description("Values of each frame of frames"), IdentifiedBy("the training rows")]
        public int? FrameSize { get; init; }

        /// <summary>
        /// How sound becomes frames; saved with the model. Null for the defaults of <see cref="LogMelOptions"/>, for what an
        /// <see cref="FusionOptions.EncoderModel"/> says, and where frames are given. Where only
        /// <see cref="LogMelOptions.MaximumSeconds"/> or <see cref="LogMelOptions.PadToSeconds"/> is set, all else is as an encoder that is
        /// read says. An encoder of samples, wav2vec2's, needs null, and takes sound of a minute at most. Default: null.
        /// </summary>
        [IdentifiedBy("the training rows")]
        public LogMelOptions? Sound { get; init; }

        /// <summary>
        /// The encoder, the projector, their rates, and the prompts around what they make; saved with the model. Null for the
        /// defaults of <see cref="FusionOptions"/>. Default: null.
        /// </summary>
        [IdentifiedBy("Fusion")]
        public FusionOptions? Fusion { get; init; }

        /// <summary>
        /// Passes over the training data in which the encoder learns alone first, by the characters of the transcripts (connectionist
        /// temporal classification), 0 or more. It needs some more states than a transcript has characters: of speech, two
        /// <see cref="FusionOptions.Convolutions"/> and not three. 0 with an <see cref="FusionOptions.EncoderModel"/>, which has learnt
        /// already. Default: 0.
        /// </summary>
        [Description("Passes in which the encoder learns alone first, by characters"), Range(0, int.MaxValue)]
        [IdentifiedBy("the encoder's first weights")]
        public int EncoderEpochs { get; init; }

        /// <summary>The column of what was heard, text. Default: <c>Transcript</c>.</summary>
        [Required, Allowed("the name of a column"), NoEffectOnResult]
        public string TranscriptColumnName { get; init; } = "Transcript";

        /// <summary>The column of the transcripts' log-likelihoods, in nats. Default: <c>LogLikelihood</c>.</summary>
        [Required, Allowed("the name of a column"), NoEffectOnResult]
        public string LogLikelihoodColumnName { get; init; } = "LogLikelihood";

        /// <summary>
        /// The column of the mean of their tokens' log-likelihoods: how sure the model is. Default: <c>MeanLogLikelihood</c>.
        /// </summary>
        [Required, Allowed("the name of a column"), NoEffectOnResult]
        public string MeanLogLikelihoodColumnName { get; init; } = "MeanLogLikelihood";

        /// <summary>The column of the probabilities that nobody speaks, from 0 to 1. Default: <c>NoSpeech</c>.</summary>
        [Required, Allowed("the name of a column"), NoEffectOnResult]
        public string NoSpeechColumnName { get; init; } = "NoSpeech";

        /// <summary>
        /// How transcripts are written. Null for the likeliest token each time and 256 tokens at most, whatever the base model's files say.
        /// Default: null.
        /// </summary>
        [NoEffectOnResult]
        public GenerationOptions? Generation { get; init; }

        /// <summary>
        /// Whether the word and character errors of the validation rows are measured after each epoch, for which each is transcribed; they
        /// are in the log, in the progress and in the report. Default: true.
        /// </summary>
        [Description("Measure word and character errors of the validation rows after each epoch"), NoEffectOnResult]
        public bool MeasureErrors { get; init; } = true;

        /// <summary>Which weights a saved model holds. Default: <see cref="WeightStorage.Full"/>.</summary>
        [Description("full: the .zip needs nothing else; changed: it is small, and needs the base model's folder"), NoEffectOnResult]
        public WeightStorage WeightStorage { get; init; }

        /// <summary>Data to validate on after each epoch, with the columns of the training data; null for none. Default: null.</summary>
        [IdentifiedBy("the validation rows")]
        public IDataView? ValidationSet { get; init; }

        /// <summary>
        /// Data to measure on what the model kept, as <see cref="TuningOptions.RetentionText"/>, for who has no file of it: in the column
        /// <see cref="LabelColumnName"/>, a text a row, best whole paragraphs. Without RetentionText; null for none. Default: null.
        /// </summary>
        [IdentifiedBy("the control text")]
        public IDataView? RetentionSet { get; init; }

        /// <summary>
        /// Texts that the model goes on with before training and after, the likeliest token each time and 64 tokens at most, to see whether
        /// it still answers as it did: <see cref="TuningReport.Answers"/>. Best some that have nothing to do with the task. Default: none.
        /// </summary>
        [Allowed("texts that aren't empty"), NoEffectOnResult]
        public IReadOnlyList<string> RetentionPrompts { get; init; } = [];
    }
}
