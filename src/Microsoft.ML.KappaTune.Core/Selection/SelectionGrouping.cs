namespace Microsoft.ML.KappaTune;

/// <summary>Which matrices are ranked against each other.</summary>
public enum SelectionGrouping
{
    /// <summary>All.</summary>
    None,

    /// <summary>Those of one role; every role gives the same share.</summary>
    PerRole,

    /// <summary>Those of one shape, transposed or not; every shape gives the same share.</summary>
    PerShape,
}
