using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Scanning;

namespace Microsoft.ML;

/// <summary>What KappaTune adds to the catalogs of <see cref="MLContext"/>.</summary>
public static class KappaTuneCatalog
{
    /// <summary>
    /// The tensors of a checkpoint as data, a row a matrix in the order of the files, without loading the model: Name, Role, Layer and
    /// Expert (-1 where there's none), Dimensions (of the stored tensor: 1 for a vector, 3 for a stack of experts, which is a row an
    /// expert), Rows, Columns (1 for a vector), Parameters, DataType (as safetensors names it) and Weight, its values row by row as
    /// 32-bit numbers. Headers are checked at once; a weight is read only when a row's Weight is, one row at a time, and the files are
    /// open only meanwhile.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">A folder in Hugging Face layout, or one safetensors file.</param>
    /// <exception cref="CheckpointFormatException">The checkpoint can't be read.</exception>
    public static IDataView LoadFromCheckpoint(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new CheckpointDataView(path);
    }

    /// <summary>
    /// Adds the condition number of the matrix in each row: Kappa (σ_max / σ_min, +∞ where σ_min is zero), RelativeKappa (Kappa over
    /// that of a random Gaussian matrix of the shape), SigmaMax and SigmaMin. They are NaN where there's nothing to tell: where a
    /// matrix is empty, or is a single row or column and its condition number 1 whatever it holds.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="weightColumnName">The values, row by row: a vector of Single.</param>
    /// <param name="rowsColumnName">The number of rows: Int64.</param>
    /// <param name="columnsColumnName">The number of columns: Int64.</param>
    /// <param name="nameColumnName">The text that names the matrix in errors; null for none.</param>
    /// <param name="nonFinite">What a value that is NaN or infinite does: an error, or NaN in all four columns.</param>
    public static ConditionNumberEstimator ConditionNumber(
        this TransformsCatalog catalog, string weightColumnName = "Weight", string rowsColumnName = "Rows",
        string columnsColumnName = "Columns", string? nameColumnName = "Name", NonFiniteHandling nonFinite = NonFiniteHandling.Error)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MatrixColumns.Checked(weightColumnName, rowsColumnName, columnsColumnName, nameColumnName, nonFinite));
    }

    /// <summary>
    /// Adds what all singular values say about the matrix in each row: SpectralNorm, FrobeniusNorm, LogVolume, StableRank,
    /// EffectiveRank and EntropyBound, as <see cref="KappaTune.SpectralReport"/> explains them; NaN for an empty matrix. Takes much
    /// longer than <see cref="ConditionNumber"/>, which needs only two of the singular values.
    /// </summary>
    /// <inheritdoc cref="ConditionNumber" path="/param"/>
    public static SpectralReportEstimator SpectralReport(
        this TransformsCatalog catalog, string weightColumnName = "Weight", string rowsColumnName = "Rows",
        string columnsColumnName = "Columns", string? nameColumnName = "Name", NonFiniteHandling nonFinite = NonFiniteHandling.Error)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MatrixColumns.Checked(weightColumnName, rowsColumnName, columnsColumnName, nameColumnName, nonFinite));
    }

    /// <summary>
    /// Selects among the matrices of a checkpoint: adds Rank (from 1; 0 where a matrix is no candidate) and Selected. Fitting reads the
    /// scores of all rows; what was decided is kept by name and expert. Needs the columns of
    /// <see cref="LoadFromCheckpoint"/> but Layer, Parameters and Weight, and Kappa.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="selection">The policy and what it applies to.</param>
    /// <exception cref="ArgumentException">The selection is invalid.</exception>
    public static KappaSelectionEstimator KappaSelection(this TransformsCatalog catalog, KappaSelection selection)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(selection);
    }
}
