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

    internal KappaTuneSpeechEstimator(IHostEnvironment env, KappaTuneSpeechEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SpeechOptionsCheck.Validate(options);
        _host = env.Register("KappaTuneSpeech");
        _options = options;
        _columns = SpeechColumns.Of(options);
    }

    /// <summary>
    /// Makes frames of the recordings, each of which is read once, scans the base model, selects tensors and trains. The frames are kept in
    /// memory meanwhile: of speech, with the default options, some 230 MB an hour. Dispose the result to free its native memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    /// <exception cref="ArgumentException">
    /// An option is out of range, the selection selects nothing, no recording fits into the model, or a base model that hears already has
    /// other sizes, prompts or frames.
    /// </exception>
    /// <exception cref="CheckpointFormatException">The base model can't be read, or is no decoder.</exception>
    /// <exception cref="AudioFormatException">A file can't be read; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There are no rows to train on or to measure on.</exception>
    /// <exception cref="FormatException">
    /// A recording isn't one, of which the message names the row; or the control text is too short to measure on, or isn't UTF-8.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the first epoch ended.</exception>
    public KappaTuneSpeechTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        SoundSettings sound = SoundSettings.Of(_options);
        GenerationFiles generation = ReadBase(sound);
        (List<SpeechExample> train, List<SpeechExample>? validation) = ReadRows(input, sound, channel);
        ControlSource? controlTexts =
            _options.RetentionSet is { } retentionSet ? ControlRows.Read(retentionSet, _columns.LabelColumn) : null;

        using var spool = new SpoolFolder();
        string? encoder = _options.EncoderEpochs == 0 ? null
            : FirstEncoder.Train(_options, train, validation, spool.Path, Log, Warn);
        using var progress = new ProgressReport(_host, _options.Progress, "KappaTuneSpeech", writesTranscripts: _options.MeasureErrors);
        TuningOutcome<FusedModel> tuned = SpeechTuner.Tune(new SpeechRequest
        {
            Options = _options with { Progress = progress.Report },
            Fusion = _options.Fusion ?? new(),
            Train = train,
            Validation = validation,
            Encoder = encoder,
            Writing = _options.MeasureErrors ? _options.Generation ?? new() : null,
            ControlTexts = controlTexts,
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

    /// <summary>Reads how the base model writes, which what is made of it takes along, and what it hears already.</summary>
    private GenerationFiles ReadBase(SoundSettings sound)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_options.BaseModel, _options.ZeroPaddingRow);
        var generation = GenerationFiles.Read(checkpoint);
        // What is wrong with it is said before anything is heard.
        generation.ReadEndTokens(DecoderConfig.Read(checkpoint).EndTokenIds);
        if (!FusionFiles.AreIn(checkpoint.Folder))
            return generation;
        if (_options.EncoderEpochs > 0)
        {
            throw new ArgumentException(
                $"The base model has an encoder already. Set {nameof(_options.EncoderEpochs)} to 0.", nameof(_options.EncoderEpochs));
        }

        if (SoundFile.Find(checkpoint.Folder) is { } its && !sound.MakesFramesOf(its))
        {
            throw new ArgumentException(
                $"The base model hears already, by frames that are made otherwise: {Path.Combine(checkpoint.Folder, SoundFile.Name)} says "
                + $"how. Set {nameof(_options.Sound)} or {nameof(_options.FrameSize)} to that, or take a base model that doesn't hear yet.",
                nameof(_options.Sound));
        }

        return generation;
    }

    private (List<SpeechExample> Train, List<SpeechExample>? Validation) ReadRows(
        IDataView input, SoundSettings sound, IChannel channel)
    {
        var clock = Stopwatch.StartNew();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = ThreadSetting.CountOf(_options.Threads),
            CancellationToken = _options.CancellationToken,
        };
        using var maker = new FrameMaker(sound);
        List<SpeechExample> train = SpeechData.Read(input, TrainingData, _columns, maker, parallel);
        List<SpeechExample>? validation = _options.ValidationSet is { } validationSet
            ? SpeechData.Read(validationSet, ValidationData, _columns, maker, parallel)
            : null;
        long frames = train.Concat(validation ?? []).Sum(row => (long)row.Frames.Count);
        channel.Info(
            MessageSensitivity.None,
            $"{NumberText.Count(train.Count + (validation?.Count ?? 0))} recordings have {NumberText.Count(frames)} frames of "
            + $"{sound.FrameSize} values, made in {NumberText.Duration(clock.Elapsed)}.");
        return (train, validation);
    }
}
