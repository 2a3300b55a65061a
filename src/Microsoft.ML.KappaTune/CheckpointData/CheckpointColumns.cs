using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.CheckpointData;

/// <summary>The columns of a checkpoint.</summary>
internal static class CheckpointColumns
{
    /// <summary>What Layer and Expert hold where a matrix has none: integer columns know no missing values.</summary>
    public const int None = -1;

    public static readonly ColumnSpec
        Name = Column("Name", TextDataViewType.Instance),
        Role = Column("Role", TextDataViewType.Instance),
        Layer = Column("Layer", NumberDataViewType.Int32),
        Expert = Column("Expert", NumberDataViewType.Int32),
        Dimensions = Column("Dimensions", NumberDataViewType.Int32),
        Rows = Column("Rows", NumberDataViewType.Int64),
        Columns = Column("Columns", NumberDataViewType.Int64),
        Parameters = Column("Parameters", NumberDataViewType.Int64),
        DataType = Column("DataType", TextDataViewType.Instance),
        Weight = Column("Weight", NumberDataViewType.Single, isVector: true);

    /// <summary>What DataType holds where the values can't be read, and Weight is empty.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The type of stored values as safetensors names it; else how they are coded.</summary>
    public static string DataTypeOf(ScannedMatrix matrix) =>
        matrix.Problem is not null ? Unreadable : matrix.Encoding ?? matrix.DataType.Name();

    /// <summary>All, in their order.</summary>
    public static IReadOnlyList<ColumnSpec> All { get; } =
        [Name, Role, Layer, Expert, Dimensions, Rows, Columns, Parameters, DataType, Weight];

    private static ColumnSpec Column(string name, PrimitiveDataViewType type, bool isVector = false) =>
        new(name, type, isVector) { Source = "mlContext.Data.LoadFromCheckpoint" };
}
