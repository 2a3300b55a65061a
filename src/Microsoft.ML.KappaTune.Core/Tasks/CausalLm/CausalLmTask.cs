using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Resume;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>Learns which token comes next: a decoder with its own head, and cross-entropy over the tokens that count.</summary>
internal sealed class CausalLmTask : ITuningTask<CausalLanguageModel, LanguageModelRows>
{
    private readonly LanguageModelRequest _request;

    public CausalLmTask(LanguageModelRequest request)
    {
        TuningOptions options = request.Options;
        if (request.Validation is null && options.ValidationFraction > 0)
        {
            bool[] isTaken = Taken(request.Train.Count, options.ValidationFraction, RandomSeeds.ForValidation(options.Seed));
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

    public CausalLanguageModel Load(TuningBase baseModel, Device device)
    {
        var config = (DecoderConfig)baseModel.Config;
        return _request.RouterBalance == 0 || config.Experts is not null
            ? CausalLanguageModel.Load(baseModel.Checkpoint, config, float32, device, _request.Options.KeepsCodes)
            : throw new ArgumentException(
                OptionInfo.Problem(
                    nameof(_request.RouterBalance), _request.RouterBalance, "0 for a model without mixtures of experts"),
                nameof(_request.RouterBalance));
    }

    public SortedDictionary<string, string> Identity(TuningBase baseModel, string fingerprint, bool isBFloat16) =>
        LanguageModelIdentity.Create(_request, baseModel, fingerprint, isBFloat16);

    public IReadOnlyDictionary<string, IdentityLabel> IdentityLabels() => TuningIdentity.Labels(_request);

    public LanguageModelRows TokenizeTraining(RowTokenizing how) =>
        LanguageModelTokenizing.Tokenize("training", _request.Train, _request, _request.Packs, how);

    /// <remarks>Not packed: what is measured is by texts, too.</remarks>
    public LanguageModelRows? TokenizeValidation(RowTokenizing how) => _request.Validation is not { } rows ? null
        : LanguageModelTokenizing.Tokenize("validation", rows, _request, packs: false, how);

    public IRowLoss<LanguageModelRows> NewLoss(CausalLanguageModel model, Device device) =>
        new CausalLmLoss(_request.RouterBalance, model.Decoder.Config.Experts?.ChosenCount ?? 0);

    public IRowMeter NewMeter(LanguageModelRows rows) => new CausalLmMeter(rows);

    /// <remarks>The rows are measured only for a callback.</remarks>
    public void EpochEnded(int epoch, CausalLanguageModel model, Func<ValidationResult> training, Func<ValidationResult?> validation) =>
        _request.EpochEnded?.Invoke(new(epoch, model, training(), validation()));

    /// <summary>Takes round(fraction · rows) of them, at least one, and leaves one at least.</summary>
    public static bool[] Taken(int rows, double fraction, int seed)
    {
        int count = Math.Clamp((int)Math.Round(fraction * rows, MidpointRounding.AwayFromZero), 1, rows - 1);
        int[] order = [.. Enumerable.Range(0, rows)];
        new Random(seed).Shuffle(order);
        bool[] isTaken = new bool[rows];
        foreach (int row in order.AsSpan(0, count))
            isTaken[row] = true;
        return isTaken;
    }
}
