using Microsoft.ML.KappaTune.Training.Resume;

namespace Microsoft.ML.KappaTune.Training.Progress;

/// <summary>What the log says of a run before its first step and after its last.</summary>
internal static class TuningLog
{
    /// <param name="report">What is known of it before the first step.</param>
    /// <param name="states">Its training states; null where none are kept.</param>
    /// <param name="hasHead">Whether the task has a new head.</param>
    public static void Begin(
        TuningProgressReporter progress, TuningOptions options, TuningReport report, TuningState state,
        TrainingStateStore<TuningState>? states, int maxTokens, bool hasHead)
    {
        if (state.Step > 0)
        {
            progress.Log(
                $"Going on in epoch {state.Epoch}, after step {state.Step}, from the training state in {options.CheckpointDirectory}.");
        }

        foreach (string difference in states?.Differences() ?? [])
            progress.Log($"{difference}");
        TuningPlan plan = report.Plan;
        int ranked = plan.Matrices.Count(m => m.Selected && m.Rule == SelectionRule.Rank), others = plan.SelectedCount - ranked;
        string and = others == 0 ? "" : $", and {NumberText.Count(others, "bias or norm", "biases and norms")}";
        progress.Log($"{ranked} of {plan.CandidateCount} candidates are selected ({plan.Selection}){and}.");
        long trained = report.TrainableParameters;
        double share = 100.0 * trained / report.TotalParameters;
        string ofHead = hasHead ? ", the new head's included" : "";
        progress.Log(
            $"{trained} of {report.TotalParameters} parameters train, {share:0.##} %{ofHead}; method: {report.Method}.");
        if (options.MaximumOptimizerMemory is { } most)
            progress.Log($"The optimizer takes {OptimizerMemory.BytesFor(trained)} bytes for them, of {most} at most.");
        if (options.HeadEpochs > 0)
            progress.Log($"Epochs in which the new head trains alone: {options.HeadEpochs} of {options.MaxEpochs}.");
        else if (hasHead && options is { Budget: not null, LearningRate: null })
            progress.Log($"The new head trains alone for a fifth of the steps; then probes find the learning rate.");
        if (report.CountedTokens is { } counted)
            progress.Log($"The loss counts {counted} tokens of {report.TrainingRows} texts.");
        if (report.TruncatedRows > 0)
            progress.Log($"{report.TruncatedRows} of {report.TrainingRows} training rows have more than {maxTokens} tokens and are cut.");
    }

    public static void Kept(TuningProgressReporter progress, RetentionReport report)
    {
        if (report.Accuracy is not { } accuracy)
            return;
        string kind = report.Objective is RetentionObjective.NextToken ? "tokens" : "masked tokens";
        string what = report.Objective is RetentionObjective.SentencePairs
            ? FormattableString.Invariant($"Of {2 * report.Windows} sentences the base model finds the neighbour of")
            : FormattableString.Invariant($"Of {report.MaskedTokens} {kind} the base model guesses right");
        progress.Log($"{what} {100 * accuracy.Before.Value:0.0} %, the tuned one {100 * accuracy.After.Value:0.0} %.");
    }
}
