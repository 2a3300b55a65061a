using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
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
        FusionConfig wanted = ConfigOf(decoder);
        FusedModel model = FusionFiles.AreIn(checkpoint.Folder)
            ? FusionFiles.Load(checkpoint, checkpoint.Folder, decoder, float32, device)
            : FusedModel.Create(
                checkpoint, decoder, wanted, RandomSeeds.ForHead(_request.Options.Seed), float32, device, _request.Options.KeepsCodes);
        try
        {
            RequireSame(model.FusionConfig, wanted);
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

    public double RateOf(string newParameter) =>
        (FusionParts.IsOfEncoder(newParameter) ? _request.Fusion.EncoderLearningRate : _request.Fusion.ProjectorLearningRate)
        ?? _request.Options.HeadLearningRate;

    public SortedDictionary<string, string> Identity(TuningBase baseModel, string fingerprint, bool isBFloat16) =>
        SpeechIdentity.Create(_request, baseModel, fingerprint, isBFloat16);

    public IReadOnlyDictionary<string, IdentityLabel> IdentityLabels() => TuningIdentity.Labels(_request);

    public SpeechRows TokenizeTraining(RowTokenizing how) =>
        SpeechTokenizing.Tokenize("training", _request.Train, ConfigOf((DecoderConfig)how.Config), how);

    public SpeechRows? TokenizeValidation(RowTokenizing how)
    {
        if (_request.Validation is not { } examples)
            return null;
        SpeechRows rows = SpeechTokenizing.Tokenize("validation", examples, ConfigOf((DecoderConfig)how.Config), how);
        _validation = (rows, how.Tokenizer);
        return rows;
    }

    public IRowLoss<SpeechRows> NewLoss(FusedModel model, Device device) => new SpeechLoss();

    public IRowMeter NewMeter(SpeechRows rows) =>
        _request.Writing is { } writing && _validation is { } validation && rows == validation.Rows
            ? new TranscriptMeter(rows, writing, validation.Tokenizer, Math.Max(_request.Options.BatchSize, FewestWrittenAtOnce))
            : new CausalLmMeter(rows.Text);

    /// <remarks>The rows are measured only for a callback.</remarks>
    public void EpochEnded(int epoch, FusedModel model, Func<ValidationResult> training, Func<ValidationResult?> validation) =>
        _request.EpochEnded?.Invoke(new(epoch, model, training, validation()));

    private FusionConfig ConfigOf(DecoderConfig decoder) =>
        FusionConfig.Create(_request.Fusion, _request.Train[0].Frames.Size, decoder.HiddenSize);

    /// <exception cref="ArgumentException">A base model that hears already has other sizes or prompts than the options say.</exception>
    private static void RequireSame(FusionConfig has, FusionConfig wanted)
    {
        if (has != wanted with { InitialGain = has.InitialGain })
        {
            throw new ArgumentException(
                $"The base model has an encoder already, and its {FusionConfig.FileName} says other sizes or prompts than the options: "
                + $"{has.ToJson()} Set {nameof(SpeechRequest.Fusion)} to these, or take a base model without one.",
                nameof(SpeechRequest.Fusion));
        }
    }
}
