using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Selection;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>What of a tuning's options can be checked without the base model and the rows.</summary>
internal static class TuningOptionsCheck
{
    /// <summary>Adds what is wrong with the options.</summary>
    /// <returns>The device that they name; null where there is none.</returns>
    public static Device? Check(TuningOptions o, OptionProblems problems)
    {
        problems.Check(o);
        problems.Check(o.EarlyStopping);
        problems.Check(o.Method is { IsLora: true } ? o.Method : null);
        SelectionCheck.Check(o.Selection, problems);
        problems.Require(
            o.HeadEpochs < Math.Max(o.MaxEpochs, 1), nameof(o.HeadEpochs), o.HeadEpochs, $"0 or more and below MaxEpochs, {o.MaxEpochs}");
        problems.Require(
            o.RetentionText is null || File.Exists(o.RetentionText),
            nameof(o.RetentionText), o.RetentionText, "the path of a text file that is there, or null");
        bool hasFolder = o.CheckpointDirectory is not null;
        problems.Require(
            hasFolder || o.CheckpointEvery == 0, nameof(o.CheckpointEvery), o.CheckpointEvery, "0 where CheckpointDirectory is null");
        problems.Require(hasFolder || !o.Resume, nameof(o.Resume), o.Resume, "false where CheckpointDirectory is null");
        return problems.Try(nameof(o.Device), () => DeviceName.Parse(o.Device, allowAuto: true));
    }
}
