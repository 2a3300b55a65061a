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

    /// <summary>Candidates of one layer are ranked together, those outside of layers too; every layer gives the same share.</summary>
    PerLayer,

    /// <summary>
    /// Candidates of one expert are ranked together, those that are no expert's too; every expert gives the same share.
    /// </summary>
    PerExpert,
}
