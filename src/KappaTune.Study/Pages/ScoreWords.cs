namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>What the scores of a comparison are called, and what they are.</summary>
internal static class ScoreWords
{
    private static readonly Dictionary<string, (string Title, string Description)> Known = new()
    {
        ["kappa"] = ("κ", "condition number: the largest singular value over the smallest"),
        ["relativeKappa"] = ("κ relative to chance", "κ over that of a random matrix of the same shape"),
        ["stableRank"] = ("stable rank", "squared Frobenius norm over squared spectral norm: how many directions carry weight"),
        ["effectiveRank"] = ("effective rank", "the number of equal singular values that would have the same entropy"),
        ["logVolumePerParameter"] = (
            "log-volume a parameter", "sum of the logarithms of the singular values over the number of parameters"),
        ["spectralNorm"] = ("spectral norm", "the largest singular value"),
        ["frobeniusNorm"] = ("Frobenius norm", "root of the sum of squared weights"),
        ["parameters"] = ("parameters", "how many parameters the tensor has"),
        ["aspect"] = ("aspect", "longer side over shorter side"),
        ["depth"] = ("depth", "the layer it belongs to, counted from the input"),
    };

    /// <summary>Scores that this version doesn't know are shown under the name they have.</summary>
    public static (string Title, string Description) Find(string score) => Known.GetValueOrDefault(score, (score, ""));

    /// <summary>feed_forward_in as "feed-forward in".</summary>
    public static string Role(string role) => role.Replace('_', ' ').Replace("feed forward", "feed-forward");
}
