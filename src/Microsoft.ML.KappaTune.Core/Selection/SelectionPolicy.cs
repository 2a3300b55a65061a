namespace Microsoft.ML.KappaTune;

/// <summary>How many of the ranked matrices are selected, and from which end.</summary>
public enum SelectionPolicy
{
    /// <summary>A share of the candidates, lowest first.</summary>
    LowestFraction,

    /// <summary>A number of candidates, lowest first.</summary>
    Lowest,

    /// <summary>All candidates up to a score.</summary>
    Threshold,

    /// <summary>The lowest candidates that together have at most so many parameters.</summary>
    ParameterBudget,

    /// <summary>A baseline: a number of candidates, highest first.</summary>
    Highest,

    /// <summary>A baseline: a number of candidates at random.</summary>
    Random,
}
