using System.Globalization;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Training.Budgets;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>What a tuned model kept of its base, where there is a control text.</summary>
internal sealed class TuningRetention
{
    private readonly TuningOptions _options;
    private readonly TuningBase _base;
    private readonly TuningProgressReporter _progress;
    private readonly IReadOnlyList<TaskText> _task;
    private readonly ControlSource? _text;
    private RetentionProbe? _probe;

    /// <summary>Samples of each half of a budget's text, where it has as many, for a short run and for a long one.</summary>
    private const int FewestSamples = 200, MostSamples = 500;

    /// <summary>Tokens of a half for each of a run's: a longer run may be measured on more text, whose bounds are narrower.</summary>
    private const double SamplesShare = 0.05;

    /// <summary>Reads the control text, so that a bad one is known before the training and not after it.</summary>
    /// <param name="text">The control text; null for none.</param>
    /// <exception cref="FormatException">The control text isn't UTF-8, or is too short.</exception>
    /// <exception cref="ArgumentException">The base model can't be asked for what the budget limits.</exception>
    public TuningRetention(
        TuningOptions options, ControlSource? text, TuningBase baseModel, IReadOnlyList<TaskText> task, TuningProgressReporter progress)
    {
        (_options, _text, _base, _task, _progress) = (options, text, baseModel, task, progress);
        if (text is null)
            return;
        _probe = ProbeOf(options.Budget is null ? null : RetentionPart.Reported(FewestSamples));
        if (options.Budget is { } budget && _probe.Objective is null)
            RequireDriftAlone(budget);
    }

    /// <summary>The control text's name; null where nothing is measured.</summary>
    public string? TextName => _text?.Name;

    /// <summary>What measures the budget on the half of the text that decides; the model is the base now.</summary>
    /// <param name="firstTrained">The first stage of the encoder in which something trains.</param>
    /// <param name="passTokens">Tokens that the run passes forward and back.</param>
    public BudgetMeter NewMeter(RetentionBudget budget, EncoderModel model, int firstTrained, long passTokens)
    {
        RetentionProbe probe = _probe!;
        double tokens = (double)probe.Windows.Sum(window => (long)window.Ids.Length) * probe.WindowsPerSample / probe.Windows.Count;
        int most = (int)Math.Clamp(SamplesShare * passTokens / tokens, FewestSamples, MostSamples);
        if (most > FewestSamples)
            _probe = ProbeOf(RetentionPart.Reported(most));
        return new(budget, _base, _text!, _probe!, most, model, firstTrained, passTokens);
    }

    /// <summary>Null without a control text. A result whose training was cancelled isn't kept waiting for the measuring.</summary>
    public RetentionReport? Measure(TextEncoder tuned)
    {
        if (_probe is null || _options.CancellationToken.IsCancellationRequested)
            return null;
        _progress.Log($"Measuring what the model kept, on {_probe.Text}.");
        try
        {
            RetentionReport report = _probe.Measure(
                _base.Checkpoint, tuned, _options.CancellationToken,
                (windows, all) => _progress.Report(TuningPhase.Retention, windows, all));
            TuningLog.Kept(_progress, report);
            return report;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private RetentionProbe ProbeOf(RetentionPart? part) =>
        RetentionProbe.Create(_base.Checkpoint, _base.Config, _base.Tokenizer, _text!, task: _task, part: part);

    private void RequireDriftAlone(RetentionBudget budget)
    {
        (string Name, double? Value)[] limits =
        [
            (nameof(budget.Keep), budget.Keep), (nameof(budget.MaximumDivergence), budget.MaximumDivergence),
        ];
        foreach ((string name, double? value) in limits.Where(limit => limit.Value is not null))
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Budget.{name} is {value}, but {_options.BaseModel} has no head for words and isn't a sentence encoder, so that it has no "
                    + $"loss on a control text. Set Budget.{nameof(budget.MaximumDrift)} instead, or use a base model with its head."),
                $"Budget.{name}");
        }
    }
}
