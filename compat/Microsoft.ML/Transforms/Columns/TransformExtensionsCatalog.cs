using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Copying, joining, keeping and dropping columns.</summary>
public static class TransformExtensionsCatalog
{
    /// <summary>Copies a column, annotations included.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The copy.</param>
    /// <param name="inputColumnName">The column to copy.</param>
    public static ColumnCopyingEstimator CopyColumns(this TransformsCatalog catalog, string outputColumnName, string inputColumnName) =>
        new(catalog.Environment, new InputOutputColumnPair(outputColumnName, inputColumnName));

    /// <summary>Joins columns of one item type, values and vectors, into a vector.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="inputColumnNames">The columns to join, in order.</param>
    public static ColumnConcatenatingEstimator Concatenate(
        this TransformsCatalog catalog, string outputColumnName, params string[] inputColumnNames) =>
        new(catalog.Environment, outputColumnName, inputColumnNames);

    /// <summary>Drops columns, and hidden ones.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">The columns to drop.</param>
    public static ColumnSelectingEstimator DropColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        new(catalog.Environment, new ColumnSelection(columnNames, Drops: true, KeepHidden: false));

    /// <summary>Keeps columns, in the order given, and drops the others and hidden ones.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">The columns to keep.</param>
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        catalog.SelectColumns(columnNames, keepHidden: false);

    /// <summary>Keeps columns, in the order given, and drops the others.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">The columns to keep.</param>
    /// <param name="keepHidden">Whether hidden columns of those names are kept too.</param>
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, string[] columnNames, bool keepHidden) =>
        new(catalog.Environment, new ColumnSelection(columnNames, Drops: false, keepHidden));
}
