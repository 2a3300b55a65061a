using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>What of a run's options can be checked by themselves, without data, files or devices.</summary>
internal static class TuningOptionsCheck
{
    /// <summary>What is allowed of fused matrices with adapters.</summary>
    public const string WholeWithLora = "Whole with LoRA, whose adapters belong to whole modules: PEFT's files name no part of a tensor";

    /// <summary>Adds what is wrong with the options.</summary>
    public static void Check(TuningOptions o, OptionProblems problems)
    {
        problems.Check(o);
        SelectionCheck.Check(o.Selection, problems.Within(nameof(o.Selection)));
        o.Method?.Check(problems.Within(nameof(o.Method)));
        problems.Require(
            o.Method?.IsLora != true || o.Selection?.Fused != FusedMatrices.ByParts,
            $"{nameof(o.Selection)}.{nameof(o.Selection.Fused)}", o.Selection?.Fused, WholeWithLora);
        problems.Within(nameof(o.EarlyStopping)).Check(o.EarlyStopping);
        problems.Within(nameof(o.Budget)).Check(o.Budget);
        problems.Require(
            o.Budget is not { Keep: null, MaximumDivergence: null, MaximumDrift: null }, nameof(o.Budget), o.Budget,
            "one with a Keep, a MaximumDivergence or a MaximumDrift");
        problems.Require(
            o.HeadEpochs < Math.Max(o.MaxEpochs, 1), nameof(o.HeadEpochs), o.HeadEpochs,
            $"0 or more and below MaxEpochs{(o.MaxEpochs >= 1 ? $", {o.MaxEpochs}" : "")}");
        bool hasFolder = o.CheckpointDirectory is not null;
        problems.Require(
            hasFolder || o.CheckpointEvery == 0, nameof(o.CheckpointEvery), o.CheckpointEvery, "0 where CheckpointDirectory is null");
        problems.Require(hasFolder || !o.Resume, nameof(o.Resume), o.Resume, "false where CheckpointDirectory is null");
        problems.Require(
            o.MaximumOptimizerMemory is null || o.Selection?.Policy != SelectionPolicy.Threshold, nameof(o.MaximumOptimizerMemory),
            o.MaximumOptimizerMemory, "null where Selection.Policy is Threshold, which takes all up to a score and not as many as fit");
        problems.Require(
            o.MaximumOptimizerMemory is null || o.Method?.ParameterBudget is null, nameof(o.MaximumOptimizerMemory),
            o.MaximumOptimizerMemory, "null where Method.ParameterBudget says how many parameters train");
        problems.Require(DeviceName.IsWellFormed(o.Device), nameof(o.Device), o.Device, DeviceName.Allowed);
    }

    /// <summary>Adds a problem where training is to end by what isn't measured.</summary>
    /// <param name="writesTranscripts">Whether transcripts of the validation rows are measured.</param>
    public static void CheckStopping(
        TuningOptions o, bool hasValidationRows, OptionProblems problems, bool writesTranscripts = false)
    {
        problems.Require(
            o.EarlyStopping is null || hasValidationRows || o.ValidationFraction > 0,
            nameof(o.EarlyStopping), "set", "null where there are no validation rows: give some, or a ValidationFraction above 0");
        problems.Within(nameof(o.EarlyStopping)).Require(
            o.EarlyStopping?.Metric != ValidationMetric.WordErrorRate || writesTranscripts, nameof(EarlyStopping.Metric),
            o.EarlyStopping?.Metric, "another metric where no transcripts are measured, which those of speech are");
    }
}
