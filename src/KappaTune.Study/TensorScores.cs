using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Scores of a tensor that need no data, each of which might predict how much is forgotten when the tensor trains.</summary>
internal static class TensorScores
{
    public static IReadOnlyDictionary<string, double> Compute(ScannedMatrix matrix, TextModel model)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor values = WeightOf(matrix, model).reshape(matrix.Rows, matrix.Columns);
        var spectrum = SpectralReport.Compute(values);
        var scores = new Dictionary<string, double>
        {
            ["kappa"] = matrix.Kappa!.Value,
            ["relativeKappa"] = matrix.RelativeKappa!.Value,
            ["stableRank"] = spectrum.StableRank,
            ["effectiveRank"] = spectrum.EffectiveRank,
            ["logVolumePerParameter"] = spectrum.LogVolume / matrix.Parameters,
            // How far the log-volume is below its bound for this norm, for each singular value: 0 where all of them are equal.
            ["entropyGap"] = (spectrum.EntropyBound - spectrum.LogVolume) / Math.Min(matrix.Rows, matrix.Columns),
            ["spectralNorm"] = spectrum.SpectralNorm,
            ["frobeniusNorm"] = spectrum.FrobeniusNorm,
            ["valueNorm"] = spectrum.FrobeniusNorm / Math.Sqrt(matrix.Parameters),
            ["parameters"] = matrix.Parameters,
            ["aspect"] = (double)Math.Max(matrix.Rows, matrix.Columns) / Math.Min(matrix.Rows, matrix.Columns),
        };
        if (matrix.Layer is { } layer)
            scores["depth"] = layer;
        return scores;
    }

    /// <summary>The matrix's values in the model, which may have them in a stack of experts, or in several parameters.</summary>
    private static torch.Tensor WeightOf(ScannedMatrix matrix, TextModel model)
    {
        var plan = new TuningPlan("", KappaSelection.Lowest(1), [new(matrix, Selected: true, SelectionRule.Rank, Rank: 1, Reason: "")]);
        return torch.cat(
            [.. TuningSelection.SlicesOf(plan, model).Select(slice => slice.In(model.get_parameter(slice.Name)!.detach()))]);
    }
}
