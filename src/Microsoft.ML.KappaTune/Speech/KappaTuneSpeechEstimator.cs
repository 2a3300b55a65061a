using System.Diagnostics;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Speech;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Speech;
using Microsoft.ML.KappaTune.TextClassification;
using Microsoft.ML.KappaTune.Training.Runs;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Makes a pre-trained language model hear, on recordings and their transcripts, training an encoder of frames, a projector and only some
/// of the model's tensors, so that it keeps its language; made by <c>mlContext.Transforms.KappaTuneSpeech</c>. Immutable. Its messages go
/// to <c>MLContext.Log</c>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and content</description></listheader>
/// <item><term><see cref="Options.InputColumnName"/>, read</term>
/// <description>
/// text, the path of a WAV file, or a vector of <see cref="float"/>: samples, or frames of any modality
/// (<see cref="Options.Input"/>)
/// </description></item>
/// <item><term><see cref="Options.LabelColumnName"/>, read in training</term>
/// <description>text: what is said</description></item>
/// <item><term>Transcript, added</term><description>text: what was heard, without blanks around it</description></item>
/// <item><term>LogLikelihood, added</term>
/// <description><see cref="float"/>: the sum of the logarithms of the probabilities of its tokens</description></item>
/// <item><term>MeanLogLikelihood, added</term><description><see cref="float"/>: their mean</description></item>
/// <item><term>NoSpeech, added</term>
/// <description><see cref="float"/>: the probability that the transcript ends before its first word</description></item>
/// </list>
/// </remarks>
public sealed partial class KappaTuneSpeechEstimator : IEstimator<KappaTuneSpeechTransformer>
{
    private const string TrainingData = "training data", ValidationData = "validation data";

    private readonly IHost _host;
    private readonly KappaTuneSpeechEstimator.Options _options;
    private readonly SpeechColumns _columns;
    private readonly long _frameBytes;

    /// <param name="env">The context.</param>
    /// <param name="options">The options.</param>
    /// <param name="frameBytes">Bytes of frames that stay in memory; null for a share of the machine's, another one for tests.</param>
    internal KappaTuneSpeechEstimator(IHostEnvironment env, KappaTuneSpeechEstimator.Options options, long? frameBytes = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        SpeechOptionsCheck.Validate(options);
        _host = env.Register("KappaTuneSpeech");
        _options = options;
        _columns = SpeechColumns.Of(options);
        _frameBytes = frameBytes ?? FrameStore.DefaultBytes;
    }

    /// <summary>
    /// Makes frames of the recordings, each of which is read once, scans the base model, selects tensors and trains. The frames are kept
    /// meanwhile: of speech, with the default options, 115 MB an hour, in an eighth of the machine's memory, and what that has no room for
    /// in a temporary file. Dispose the result to free its native memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    /// <exception cref="ArgumentException">
    /// An option is out of range, the selection selects nothing, no recording fits into the model, or an encoder that is read, or a base
    /// model that hears already, has other sizes, prompts or frames.
    /// </exception>
    /// <exception cref="CheckpointFormatException">
    /// The base model can't be read, or is no decoder; or the encoder can't be read.
    /// </exception>
    /// <exception cref="AudioFormatException">A file can't be read; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There are no rows to train on or to measure on.</exception>
    /// <exception cref="FormatException">
    /// A recording isn't one, of which the message names the row; or the control text is too short to measure on, or isn't UTF-8.
    /// </exception>
    /// <exception cref="IOException">There is no room for the frames in the temporary folder.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the first epoch ended.</exception>
    public KappaTuneSpeechTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        (GenerationFiles generation, SoundSettings sound) = ReadBase();
        using var spool = new SpoolFolder();
        using var store = new FrameStore(spool.File("frames"), _frameBytes);
        (List<SpeechExample> train, List<SpeechExample>? validation) = ReadRows(input, sound, store, channel);
        ControlSource? controlTexts =
            _options.RetentionSet is { } retentionSet ? ControlRows.Read(retentionSet, _columns.LabelColumn) : null;

        using var progress = new ProgressReport(_host, _options.Progress, "KappaTuneSpeech", writesTranscripts: _options.MeasureErrors);
        string? encoder = _options.EncoderEpochs == 0 ? null
            : FirstEncoder.Train(_options, train, validation, spool.Path, progress.Report, Log, Warn);
        TuningOutcome<FusedModel> tuned = SpeechTuner.Tune(new SpeechRequest
        {
            Options = _options with { Progress = progress.Report },
            Fusion = _options.Fusion ?? new(),
            Train = train,
            Validation = validation,
            Encoder = encoder,
            Writing = _options.MeasureErrors ? _options.Generation ?? new() : null,
            ControlTexts = controlTexts,
            RetentionPrompts = _options.RetentionPrompts,
            Log = Log,
            Warn = Warn,
        });
        DecoderConfig config = tuned.Model.Decoder.Config;
        int end = LanguageModelTokenizing.EndOf(tuned.Tokenizer, config);
        return new(new TunedSpeechModel(
            tuned.Model, tuned.Tokenizer, tuned.Files, generation.WithEndTokens([end], config.EndTokenIds), tuned.Device)
        {
            Source = tuned.Report.BaseModel,
            Report = tuned.Report,
            TrainedTensors = tuned.TrainedTensors,
            Adapters = tuned.Adapters,
            Columns = _columns,
            Sound = sound,
            Writing = _options.Generation,
            WeightStorage = _options.WeightStorage,
            TrainedFrom = Checkpoint.PlaceOf(_options.BaseModel),
            Device = _options.Device,
            Threads = _options.Threads,
        });

        void Log(string line) => channel.Info(MessageSensitivity.None, line);

        void Warn(string line) => channel.Warning(MessageSensitivity.None, line);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _columns.RecordingColumn.Check(inputSchema);
        _columns.LabelColumn.Check(inputSchema);
        HashSet<string> added = [.. _columns.Added.Select(column => column.Name)];
        return new(inputSchema.Where(column => !added.Contains(column.Name)).Concat(_columns.Added.Select(column => column.Shape)));
    }

    /// <summary>
    /// Reads how the base model writes, which what is made of it takes along, and what it hears already, and how recordings become frames.
    /// </summary>
    private (GenerationFiles Generation, SoundSettings Sound) ReadBase()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_options.BaseModel, _options.ZeroPaddingRow);
        var generation = GenerationFiles.Read(checkpoint);
        // What is wrong with it is said before anything is heard.
        generation.ReadEndTokens(DecoderConfig.Read(checkpoint).EndTokenIds);
        if (!FusionFiles.AreOf(checkpoint))
            return (generation, SoundSettings.Of(_options, ReadEncoder()));
        if (_options.EncoderEpochs > 0 || _options.Fusion?.EncoderModel is not null)
        {
            string option = _options.EncoderEpochs > 0 ? nameof(_options.EncoderEpochs) : nameof(FusionOptions.EncoderModel);
            string none = _options.EncoderEpochs > 0 ? "0" : "null";
            throw new ArgumentException($"The base model has an encoder already. Set {option} to {none}.", option);
        }

        // An encoder that was read takes no other frames than its own, and nobody has to say again which these are.
        SoundSettings? its = SoundFile.Find(checkpoint.Folder);
        bool isRead = its is { Input: not SpeechInput.Frames } && FusionFiles.ReadConfig(checkpoint.Folder).EncoderModel is not null;
        EncoderSound? encoder = isRead ? new(its!.WaveRate ?? its.Sound!.SampleRate, its.Sound, Normalizes: false) : null;
        SoundSettings sound = SoundSettings.Of(_options, encoder);
        if (its is not null && !sound.MakesFramesOf(its))
        {
            throw new ArgumentException(
                $"The base model hears already, by frames that are made otherwise: {Path.Combine(checkpoint.Folder, SoundFile.Name)} says "
                + $"how. Set {nameof(_options.Sound)} or {nameof(_options.FrameSize)} to that, or take a base model that doesn't hear yet.",
                nameof(_options.Sound));
        }

        return (generation, sound);
    }

    /// <summary>How the frames are made of the encoder that the options name; null where they name none.</summary>
    private EncoderSound? ReadEncoder()
    {
        if (_options.Fusion?.EncoderModel is not { } folder)
            return null;
        using var encoder = SpeechEncoderModel.Open(folder);
        return _options.FrameSize is not { } size || size == encoder.Config.FrameSize ? encoder.Sound
            : throw new ArgumentException(
                OptionInfo.Problem(nameof(_options.FrameSize), size, $"{encoder.Config.FrameSize}, as the encoder's frames have"),
                nameof(_options.FrameSize));
    }

    private (List<SpeechExample> Train, List<SpeechExample>? Validation) ReadRows(
        IDataView input, SoundSettings sound, FrameStore store, IChannel channel)
    {
        var clock = Stopwatch.StartNew();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = ThreadSetting.CountOf(_options.Threads),
            CancellationToken = _options.CancellationToken,
        };
        using var maker = new FrameMaker(sound);
        List<SpeechExample> train = SpeechData.Read(input, TrainingData, _columns, maker, store, parallel);
        List<SpeechExample>? validation = _options.ValidationSet is { } validationSet
            ? SpeechData.Read(validationSet, ValidationData, _columns, maker, store, parallel)
            : null;
        long frames = train.Concat(validation ?? []).Sum(row => (long)row.Frames.Count);
        string stored = store.FileBytes == 0 ? "" : $", {NumberText.Bytes(store.FileBytes)} of them kept in a temporary file";
        channel.Info(
            MessageSensitivity.None,
            $"{NumberText.Count(train.Count + (validation?.Count ?? 0))} recordings have {NumberText.Count(frames)} frames of "
            + $"{sound.FrameSize} values, made in {NumberText.Duration(clock.Elapsed)}{stored}.");
        return (train, validation);
    }
}
