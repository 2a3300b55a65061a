namespace Microsoft.ML.KappaTune;

/// <summary>Which matrices are ranked against each other.</summary>
public enum SelectionGrouping
{
    /// <summary>All candidates are ranked together.</summary>
    None,

    /// <summary>Candidates of one role are ranked together; every role gives the same share.</summary>
    PerRole,

    /// <summary>Candidates of one shape, transposed or not, are ranked together; every shape gives the same share.</summary>
    PerShape,
}
