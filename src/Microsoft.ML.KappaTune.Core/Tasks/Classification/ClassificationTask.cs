using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Resume;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Learns to tell classes of texts: a new head on an encoder or a decoder, and cross-entropy over rows.</summary>
internal sealed class ClassificationTask : ITuningTask<ClassifierModel, TokenizedRows>
{
    private readonly TextClassificationRequest _request;

    public ClassificationTask(TextClassificationRequest request) => _request = WithValidation(request);

    /// <summary>The request with rows to validate on, where the options ask for some of the training rows.</summary>
    public static TextClassificationRequest WithValidation(TextClassificationRequest request)
    {
        TuningOptions options = request.Options;
        if (request.Validation is not null || options.ValidationFraction == 0)
            return request;
        (TextExample[] train, TextExample[] validation) =
            StratifiedSplit.Split(request.Train, options.ValidationFraction, RandomSeeds.ForValidation(options.Seed));
        return request with { Train = train, Validation = validation };
    }

    public TuningRequest Request => _request;

    public IReadOnlyList<string> Classes => _request.Classes;

    public bool CountsTokens => false;

    public IReadOnlyList<TaskText> TrainingTexts => _request.Train;

    public IReadOnlyList<TaskText>? ValidationTexts => _request.Validation;

    public TuningBase OpenBase() => new(_request.Options, TransformerConfig.ReadAny);

    public ClassifierModel Load(TuningBase baseModel, Device device) => ClassifierLoader.Load(
        baseModel.Checkpoint, _request.Classes.Count, RandomSeeds.ForHead(_request.Options.Seed), resetHead: true, baseModel.Config,
        float32, device, resetPooler: true);

    public SortedDictionary<string, string> Identity(TuningBase baseModel, string fingerprint, bool isBFloat16) =>
        ClassificationIdentity.Create(_request, fingerprint, baseModel.Config, baseModel.Files, isBFloat16);

    public IReadOnlyDictionary<string, IdentityLabel> IdentityLabels() => TuningIdentity.Labels(_request);

    public TokenizedRows TokenizeTraining(RowTokenizing how) => TokenizedRows.Tokenize(_request.Train, how);

    public TokenizedRows? TokenizeValidation(RowTokenizing how) =>
        _request.Validation is { } rows ? TokenizedRows.Tokenize(rows, how) : null;

    public IRowLoss<TokenizedRows> NewLoss(ClassifierModel model, Device device) => ClassificationLoss.Create(_request, device);

    public IRowMeter NewMeter(TokenizedRows rows) => new ClassificationMeter(rows, _request.Classes.Count);

    /// <remarks>The rows are measured only for a callback.</remarks>
    public void EpochEnded(int epoch, ClassifierModel model, Func<ValidationResult> training, Func<ValidationResult?> validation) =>
        _request.EpochEnded?.Invoke(new(epoch, model, training(), validation()));
}
