using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Resume;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>
/// Learns to write what is said: a decoder, an encoder and a projector, and cross-entropy over the tokens of transcripts and what ends
/// them. A base model that hears already goes on with what it has.
/// </summary>
internal sealed class SpeechTask : ITuningTask<FusedModel, SpeechRows>
{
    // Writing a token of many rows takes little longer than of one, and less memory than a step.
    private const int FewestWrittenAtOnce = 32;

    private readonly SpeechRequest _request;
    private FusionConfig? _config;
    private SpeechRows? _train;
    private (SpeechRows Rows, HuggingFaceTokenizer Tokenizer)? _validation;

    public SpeechTask(SpeechRequest request)
    {
        TuningOptions options = request.Options;
        if (request.Validation is null && options.ValidationFraction > 0)
        {
            bool[] isTaken = CausalLmTask.Taken(request.Train.Count, options.ValidationFraction, RandomSeeds.ForValidation(options.Seed));
            request = request with
            {
                Train = [.. request.Train.Where((_, i) => !isTaken[i])],
                Validation = [.. request.Train.Where((_, i) => isTaken[i])],
            };
        }

        _request = request;
    }

    public TuningRequest Request => _request;

    public IReadOnlyList<string> Classes => [];

    public bool CountsTokens => true;

    public IReadOnlyList<TaskText> TrainingTexts => _request.Train;

    public IReadOnlyList<TaskText>? ValidationTexts => _request.Validation;

    public TuningBase OpenBase() => new(_request.Options, DecoderConfig.Read);

    public FusedModel Load(TuningBase baseModel, Device device)
    {
        (Checkpoint checkpoint, var decoder) = (baseModel.Checkpoint, (DecoderConfig)baseModel.Config);
        bool hears = FusionFiles.AreOf(checkpoint);
        FusionConfig? has = hears ? FusionFiles.ReadConfig(checkpoint.Folder) : null;
        if (hears && _request.Fusion.EncoderModel is not null)
        {
            throw new ArgumentException(
                $"The base model has an encoder already. Set {nameof(FusionOptions.EncoderModel)} to null, or take a base model that "
                + "doesn't hear yet.",
                nameof(SpeechRequest.Fusion));
        }

        if (has?.EncoderModel is not null)
        {
            var problems = new OptionProblems();
            _request.Fusion.CheckEncoder(
                problems.Within(nameof(SpeechRequest.Fusion)), "where the base model hears by an encoder that was read");
            problems.Throw();
        }

        using SpeechEncoderModel? read =
            _request.Fusion.EncoderModel is { } folder ? SpeechEncoderModel.Open(folder, _request.Warn) : null;
        _config = read is not null ? FusionConfig.Create(_request.Fusion, read.Config, read.Sound.Normalizes, decoder.HiddenSize)
            : has?.EncoderModel is { } its ? FusionConfig.Create(_request.Fusion, its, has.NormalizesFrames, decoder.HiddenSize)
            : FusionConfig.Create(_request.Fusion, _request.Train[0].Frames.Size, decoder.HiddenSize);
        if (_request.Train[0].Frames.Size is var size && size != _config.FrameSize)
        {
            throw new ArgumentException(
                $"The rows' frames have {size} values, and the encoder's {_config.FrameSize}: make them as its files say.",
                nameof(SpeechRequest.Train));
        }

        if (has is not null)
            RequireSame(has, _config);
        bool trainsEncoder = _config.EncoderModel is null || _request.Fusion.TrainEncoderModel;
        if (trainsEncoder && _config.EncoderModel is not null && _request.Fusion.EncoderLearningRate is null)
        {
            _request.Warn?.Invoke(FormattableString.Invariant(
                $"The encoder was trained before, and is trained on at the rate of new parameters, {_request.Options.HeadLearningRate}, ")
                + $"at which it may forget what it hears: set {nameof(FusionOptions.EncoderLearningRate)}, usually to 1e-5.");
        }

        FusedModel model = hears
            ? FusionFiles.Load(checkpoint, checkpoint.Folder, decoder, float32, device, trainsEncoder)
            : FusedModel.Create(
                checkpoint, decoder, _config, RandomSeeds.ForHead(_request.Options.Seed), float32, device, _request.Options.KeepsCodes,
                trainsEncoder);
        try
        {
            read?.CopyTo(model);
            if (_request.Encoder is { } encoder)
                FusionFiles.ReadEncoder(encoder, model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <remarks>The encoder's files aren't the base model's, or not all of them.</remarks>
    public void RestoreFrozen(FusedModel model, TuningBase baseModel)
    {
        if (_request.Fusion.EncoderModel is { } folder)
        {
            using var read = SpeechEncoderModel.Open(folder);
            read.CopyTo(model, name => !model.NewParameters.Contains(name));
        }
        else if (model.FusionConfig.EncoderModel is not null)
        {
            FusionFiles.ReadEncoder(
                Path.Combine(baseModel.Checkpoint.Folder, FusionFiles.WeightsFile), model, name => !model.NewParameters.Contains(name));
        }
    }

    public double RateOf(string newParameter) =>
        (FusionParts.IsOfEncoder(newParameter) ? _request.Fusion.EncoderLearningRate : _request.Fusion.ProjectorLearningRate)
        ?? _request.Options.HeadLearningRate;

    public SortedDictionary<string, string> Identity(TuningBase baseModel, string fingerprint, bool isBFloat16) =>
        SpeechIdentity.Create(_request, baseModel, fingerprint, isBFloat16);

    public IReadOnlyDictionary<string, IdentityLabel> IdentityLabels() => TuningIdentity.Labels(_request);

    public SpeechRows TokenizeTraining(RowTokenizing how) =>
        _train = SpeechTokenizing.Tokenize("training", _request.Train, _config!, how);

    public SpeechRows? TokenizeValidation(RowTokenizing how)
    {
        if (_request.Validation is not { } examples)
            return null;
        SpeechRows rows = SpeechTokenizing.Tokenize("validation", examples, _config!, how);
        _validation = (rows, how.Tokenizer);
        return rows;
    }

    /// <remarks>
    /// An encoder that doesn't train makes the same of a row in every epoch. A single one reads each row once, so that little is gained.
    /// </remarks>
    public IDisposable? Prepare(FusedModel model, Device device, Action<int, int> report)
    {
        long bytes = _request.CacheBytes ?? FrameStore.DefaultBytes;
        if (model.NewParameters.Any(FusionParts.IsOfEncoder) || _request.Options.MaxEpochs == 1 || bytes == 0)
            return null;
        SpeechRows[] sets = _validation is { } validation ? [_train!, validation.Rows] : [_train!];
        var kept = KeptStates.Create(
            model, sets, _request.Options.BatchSize, bytes, device, report, _request.Options.CancellationToken);
        string stored = kept.FileBytes == 0 ? "" : $", {NumberText.Bytes(kept.FileBytes)} of them in a temporary file";
        _request.Log?.Invoke(
            $"What the encoder makes of {NumberText.Count(sets.Sum(rows => rows.Count), "row", "rows")} is kept, "
            + $"{NumberText.Bytes(kept.MemoryBytes + kept.FileBytes)}{stored}.");
        return kept;
    }

    public IRowLoss<SpeechRows> NewLoss(FusedModel model, Device device) => new SpeechLoss();

    public IRowMeter NewMeter(SpeechRows rows) =>
        _request.Writing is { } writing && _validation is { } validation && rows == validation.Rows
            ? new TranscriptMeter(rows, writing, validation.Tokenizer, WrittenAtOnce)
            : new CausalLmMeter(rows.Text);

    /// <remarks>A large encoder that was read, of samples above all, takes about as much memory here as in a step.</remarks>
    private int WrittenAtOnce => _config!.EncoderModel is null
        ? Math.Max(_request.Options.BatchSize, FewestWrittenAtOnce)
        : _request.Options.BatchSize;

    /// <remarks>The rows are measured only for a callback.</remarks>
    public void EpochEnded(int epoch, FusedModel model, Func<ValidationResult> training, Func<ValidationResult?> validation) =>
        _request.EpochEnded?.Invoke(new(epoch, model, training, validation()));

    /// <exception cref="ArgumentException">A base model that hears already has other sizes or prompts than the options say.</exception>
    private static void RequireSame(FusionConfig has, FusionConfig wanted)
    {
        // As a file has them.
        if (has.ToJson() != wanted.ToJson())
        {
            throw new ArgumentException(
                $"The base model has an encoder already, and its {FusionConfig.FileName} says other sizes or prompts than the options: "
                + $"{has.ToJson()} Set {nameof(SpeechRequest.Fusion)} to these, or take a base model without one.",
                nameof(SpeechRequest.Fusion));
        }
    }
}
