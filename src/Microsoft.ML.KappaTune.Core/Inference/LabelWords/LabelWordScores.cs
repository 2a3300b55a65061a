namespace Microsoft.ML.KappaTune.Inference.LabelWords;

/// <summary>From the words' log-likelihoods to the logarithms of what the classes' probabilities are in proportion to.</summary>
internal static class LabelWordScores
{
    /// <summary>A text that says nothing.</summary>
    public const string NoContent = "N/A";

    /// <param name="logs">The words' log-likelihoods, in the classes' order.</param>
    /// <param name="lengths">Their tokens.</param>
    /// <param name="withoutContent">Their log-likelihoods after a prompt without content; for <see cref="WordScores.Calibrated"/>.</param>
    public static double[] Of(WordScores scores, ReadOnlySpan<double> logs, ReadOnlySpan<int> lengths, ReadOnlySpan<double> withoutContent)
    {
        double[] values = logs.ToArray();
        for (int c = 0; c < values.Length; c++)
        {
            values[c] = scores switch
            {
                WordScores.PerToken => values[c] / lengths[c],
                WordScores.Calibrated => values[c] - withoutContent[c],
                _ => values[c],
            };
        }

        return values;
    }

    /// <summary>The logarithms of probabilities that add up to 1.</summary>
    public static double[] Normalised(double[] logs)
    {
        double highest = logs.Max(), sum = Math.Log(logs.Sum(log => Math.Exp(log - highest)));
        return [.. logs.Select(log => log - highest - sum)];
    }
}
