using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>Passes a run's progress on to the caller's callback and to ML.NET's own progress channel.</summary>
internal sealed class ProgressReport : IDisposable
{
    private readonly IProgressChannel _channel;
    private readonly Action<TuningProgress>? _callback;
    private readonly object _gate = new();
    private readonly bool _writesTranscripts;
    private TuningProgress _last;

    /// <param name="writesTranscripts">Whether word errors are told as well.</param>
    public ProgressReport(
        IHost host, Action<TuningProgress>? callback, string name = "KappaTuneTextClassification", bool writesTranscripts = false)
    {
        _callback = callback;
        _writesTranscripts = writesTranscripts;
        _channel = host.StartProgressChannel(name);
        // ML.NET may ask from a thread of its own.
        string[] metrics = writesTranscripts ? ["Loss", "Budget used", "Word error rate"] : ["Loss", "Budget used"];
        _channel.SetHeader(new ProgressHeader(metrics, ["epochs", "steps"]), entry =>
        {
            TuningProgress last;
            lock (_gate)
                last = _last;
            if (last.Phase is not (TuningPhase.Training or TuningPhase.Validated or TuningPhase.EncoderAlone))
                return;
            entry.SetMetric(0, last.Loss);
            if (last.Used is { } used)
                entry.SetMetric(1, used);
            if (writesTranscripts && last.Validation?.Transcripts is { } heard)
                entry.SetMetric(2, heard.Words.Value);
            entry.SetProgress(0, last.Epoch, last.TotalEpochs);
            entry.SetProgress(1, last.Step, last.TotalSteps);
        });
    }

    public void Report(TuningProgress progress)
    {
        lock (_gate)
            _last = progress;
        if (progress.Validation is { } validation)
        {
            // Metrics, then how far each unit is, then how far it goes.
            double?[] errors = _writesTranscripts ? [validation.Transcripts?.Words.Value] : [];
            _channel.Checkpoint(
            [
                validation.Loss, progress.Used, .. errors, progress.Epoch, progress.Step, progress.TotalEpochs, progress.TotalSteps,
            ]);
        }

        _callback?.Invoke(progress);
    }

    public void Dispose() => _channel.Dispose();
}
