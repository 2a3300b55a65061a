namespace Microsoft.ML.KappaTune;

/// <summary>How the classes' probabilities follow from how likely their words are after a prompt.</summary>
public enum WordScores
{
    /// <summary>In proportion to the words' likelihoods, each the product of its tokens' probabilities: what training fits.</summary>
    Likelihood,

    /// <summary>In proportion to the geometric mean of a word's tokens' probabilities: length alone makes no word unlikely.</summary>
    PerToken,

    /// <summary>
    /// In proportion to the likelihoods over those after a prompt whose text says nothing, <c>N/A</c>, so that words which are frequent
    /// anyhow gain nothing by it (contextual calibration, Zhao et al., arXiv:2102.09690).
    /// </summary>
    Calibrated,
}
