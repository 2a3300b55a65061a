using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.ConditionNumbers;

/// <summary>Where a transformer finds matrices, and what it does about values that are NaN or infinite.</summary>
/// <param name="Weight">The column of the values, row by row.</param>
/// <param name="Rows">The column of the number of rows.</param>
/// <param name="Columns">The column of the number of columns.</param>
/// <param name="Name">The column that names the matrix in errors; null for none.</param>
/// <param name="NonFinite">What a value that is NaN or infinite does.</param>
internal sealed record MatrixColumns(string Weight, string Rows, string Columns, string? Name, NonFiniteHandling NonFinite)
{
    /// <summary>The columns to read, in the order that <see cref="MatrixReader"/> gets them.</summary>
    public IReadOnlyList<ColumnSpec> Inputs { get; } =
    [
        new(Weight, NumberDataViewType.Single, IsVector: true) { Parameter = "weightColumnName" },
        new(Rows, NumberDataViewType.Int64) { Parameter = "rowsColumnName" },
        new(Columns, NumberDataViewType.Int64) { Parameter = "columnsColumnName" },
        .. Name is null ? Array.Empty<ColumnSpec>() : [new(Name, TextDataViewType.Instance) { Parameter = "nameColumnName" }],
    ];

    /// <summary>Creates the columns from names that a user gave.</summary>
    /// <exception cref="ArgumentException">A name is empty, or there is no such handling.</exception>
    public static MatrixColumns Checked(
        string weightColumnName, string rowsColumnName, string columnsColumnName, string? nameColumnName, NonFiniteHandling nonFinite)
    {
        ArgumentException.ThrowIfNullOrEmpty(weightColumnName);
        ArgumentException.ThrowIfNullOrEmpty(rowsColumnName);
        ArgumentException.ThrowIfNullOrEmpty(columnsColumnName);
        if (nameColumnName is "")
            throw new ArgumentException("nameColumnName is empty; allowed is a column's name, or null for none.", nameof(nameColumnName));
        if (!Enum.IsDefined(nonFinite))
            throw new ArgumentException($"nonFinite is {nonFinite}; allowed is Error or Report.", nameof(nonFinite));
        return new(weightColumnName, rowsColumnName, columnsColumnName, nameColumnName, nonFinite);
    }

    public void Save(ModelSaveContext ctx)
    {
        ctx.SaveNonEmptyString(Weight);
        ctx.SaveNonEmptyString(Rows);
        ctx.SaveNonEmptyString(Columns);
        ctx.SaveStringOrNull(Name);
        ctx.Writer.Write((byte)NonFinite);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static MatrixColumns Load(ModelLoadContext ctx) => Payload.Read(() =>
    {
        string weight = ctx.LoadNonEmptyString(), rows = ctx.LoadNonEmptyString(), columns = ctx.LoadNonEmptyString();
        string? name = ctx.LoadStringOrNull();
        var nonFinite = (NonFiniteHandling)ctx.Reader.ReadByte();
        Payload.Require(name != "" && Enum.IsDefined(nonFinite));
        return new MatrixColumns(weight, rows, columns, name, nonFinite);
    });
}
