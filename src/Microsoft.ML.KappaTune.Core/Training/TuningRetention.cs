using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>What a tuned model kept of its base, where there is a control text.</summary>
internal sealed class TuningRetention
{
    private readonly TuningOptions _options;
    private readonly TuningBase _base;
    private readonly TuningProgressReporter _progress;
    private readonly RetentionProbe? _probe;

    /// <summary>Reads the control text, so that a bad one is known before the training and not after it.</summary>
    /// <param name="text">The control text; null for none.</param>
    /// <exception cref="FormatException">The control text isn't UTF-8, or is too short.</exception>
    public TuningRetention(
        TuningOptions options, ControlSource? text, TuningBase baseModel, IReadOnlyList<TaskText> task, TuningProgressReporter progress)
    {
        (_options, _base, _progress) = (options, baseModel, progress);
        if (text is not null)
            _probe = RetentionProbe.Create(baseModel.Checkpoint, baseModel.Config, baseModel.Tokenizer, text, task: task);
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
}
