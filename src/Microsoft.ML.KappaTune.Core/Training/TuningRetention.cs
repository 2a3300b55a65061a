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
    private readonly Action<string>? _warn;
    private readonly List<string> _warnings = [];
    private RetentionProbe? _probe;
    private PromptAnswers? _answers;

    /// <summary>What probes are made of; null once all are.</summary>
    private ControlSamples? _samples;

    /// <summary>Samples of each half of a budget's text, where it has as many, for a short run and for a long one.</summary>
    private const int FewestSamples = 200, MostSamples = 500;

    /// <summary>Tokens of a half for each of a run's: a longer run may be measured on more text, whose bounds are narrower.</summary>
    private const double SamplesShare = 0.05;

    /// <summary>Reads the control text, so that a bad one is known before the training and not after it.</summary>
    /// <param name="text">The control text; null for none.</param>
    /// <param name="train">The rows to train on.</param>
    /// <param name="validation">The rows to validate on, whose texts are those of the task that are measured; null for the others.</param>
    /// <param name="warn">Takes warnings about the text as they are found; null for nobody.</param>
    /// <exception cref="FormatException">The control text isn't UTF-8, or is too short.</exception>
    /// <exception cref="ArgumentException">The base model can't be asked for what the budget limits.</exception>
    public TuningRetention(
        TuningOptions options, ControlSource? text, TuningBase baseModel, IReadOnlyList<TaskText> train,
        IReadOnlyList<TaskText>? validation, TuningProgressReporter progress, Action<string>? warn)
    {
        (_options, _text, _base, _task, _progress, _warn) = (options, text, baseModel, validation ?? train, progress, warn);
        if (text is null)
            return;
        ControlSamples samples = Read(options.Budget is null ? new RetentionSettings().MaxWindows : 2 * FewestSamples);
        _probe = samples.Probe(options.Budget is null ? null : RetentionPart.Reported, _task);
        if (options.Budget is { } budget)
        {
            if (_probe.Objective is null)
                RequireDriftAlone(budget);
            _samples = samples;
            if (ControlTextCheck.OfCount(text.Name, samples.All.Count) is { } few)
                Warn([few]);
        }

        Warn(ControlTextCheck.Warnings(text.Name, samples, train));
    }

    /// <summary>What to know about the text: why it may say little of what the model keeps.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The control text's name; null where nothing is measured.</summary>
    public string? TextName => _text?.Name;

    /// <summary>What measures the budget on the half of the text that decides; the model is the base now.</summary>
    /// <param name="trained">The names of what trains.</param>
    /// <param name="passTokens">Tokens that the run passes forward and back.</param>
    public BudgetMeter NewMeter(RetentionBudget budget, TextModel model, IReadOnlyCollection<string> trained, long passTokens)
    {
        RetentionProbe probe = _probe!;
        double tokens = (double)probe.Windows.Sum(window => (long)window.Ids.Length) * probe.WindowsPerSample / probe.Windows.Count;
        int most = (int)Math.Clamp(SamplesShare * passTokens / tokens, FewestSamples, MostSamples);
        if (most > FewestSamples)
        {
            _samples = Read(2 * most);
            _probe = _samples.Probe(RetentionPart.Reported, _task);
        }

        var meter = new BudgetMeter(budget, _base, _samples!, _probe!, model, trained, passTokens);
        _samples = null;
        if (meter is { Objective: { } objective, BaseLoss: var (loss, chance) }
            && ControlTextCheck.OfLoss(_text!.Name, objective, loss, chance) is { } warning)
            Warn([warning]);
        return meter;
    }

    /// <summary>Null without a control text. A result whose training was cancelled isn't kept waiting for the measuring.</summary>
    public RetentionReport? Measure(TextModel tuned)
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

    /// <summary>Has the base model, or what is still the same, go on with prompts. Does nothing where there are none.</summary>
    /// <exception cref="ArgumentException">A prompt is too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void AskBase(IReadOnlyList<string> prompts, TextModel model)
    {
        if (prompts.Count == 0 || model is not CausalLanguageModel language)
            return;
        _progress.Log($"Asking the base model {NumberText.Count(prompts.Count, "prompt", "prompts")}.");
        _answers = new(prompts, _base.Checkpoint, _base.Tokenizer, language, _options.CancellationToken);
    }

    /// <summary>Has the tuned model go on with the same; none where there were none, or it is cancelled.</summary>
    public IReadOnlyList<RetentionAnswer> Ask(TextModel tuned)
    {
        if (_answers is null || _options.CancellationToken.IsCancellationRequested)
            return [];
        _progress.Log($"Asking the tuned model the same {NumberText.Count(_answers.Count, "prompt", "prompts")}.");
        try
        {
            return _answers.Ask((CausalLanguageModel)tuned, _options.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    private ControlSamples Read(int most) => ControlSamples.Read(_base.Checkpoint, _base.Config, _base.Tokenizer, _text!, most);

    private void Warn(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
        {
            _warnings.Add(warning);
            _warn?.Invoke(warning);
        }
    }

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
