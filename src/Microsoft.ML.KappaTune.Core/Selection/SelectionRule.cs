namespace Microsoft.ML.KappaTune;

/// <summary>What decided about a matrix.</summary>
public enum SelectionRule
{
    /// <summary>It was a candidate: its rank decided.</summary>
    Rank,

    /// <summary>It is a bias: trained with the weight it belongs to, if asked for.</summary>
    Bias,

    /// <summary>It belongs to a normalization: trained if asked for.</summary>
    Norm,

    /// <summary>No include pattern matches it.</summary>
    NotIncluded,

    /// <summary>An exclude pattern matches it.</summary>
    Excluded,

    /// <summary>It is an embedding, and those weren't asked for.</summary>
    Embedding,

    /// <summary>It is a head, and those weren't asked for.</summary>
    Head,

    /// <summary>It is a router, and those weren't asked for.</summary>
    Router,

    /// <summary>It is a vector, and has no condition number.</summary>
    Vector,

    /// <summary>It has a dimension of 1, so that its condition number is 1 whatever it holds, and those weren't asked for.</summary>
    SingleDimension,

    /// <summary>It holds integers: indices, masks or quantised codes, not weights.</summary>
    Integer,

    /// <summary>It has no condition number: a value is NaN or infinite, or the scan left it out.</summary>
    NoScore,

    /// <summary>Its values can't be read: its type or the coding of its values isn't one that is known.</summary>
    Unreadable,

    /// <summary>A dimension is larger than <see cref="KappaSelection.LargestDimension"/>.</summary>
    TooLarge,
}
