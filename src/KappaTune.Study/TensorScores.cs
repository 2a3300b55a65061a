using TorchSharp;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Scores of a tensor that need no data, each of which might predict how much is forgotten when the tensor trains.</summary>
internal static class TensorScores
{
    public static IReadOnlyDictionary<string, double> Compute(ScannedMatrix matrix, torch.Tensor weight)
    {
        using torch.Tensor values = weight.detach().reshape(matrix.Rows, matrix.Columns);
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
}
