namespace Microsoft.ML.KappaTune.Retention.Statistics;

/// <summary>Arithmetic with probabilities of choices.</summary>
internal static class Shares
{
    // A choice that has all of the probability leaves none to the others.
    private const double Least = 1e-6;

    /// <summary>log(1 − p), of probabilities that leave something to others.</summary>
    public static Tensor LogOfRest(Tensor probabilities) =>
        (probabilities.ones_like() - probabilities).AtLeast(Least).log();
}
