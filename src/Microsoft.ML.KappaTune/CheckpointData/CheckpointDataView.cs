using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Scanning;

namespace Microsoft.ML.KappaTune.CheckpointData;

/// <summary>
/// A checkpoint with a row a matrix, in the order of the files. Its files were checked when it was made, and are open only while a
/// cursor that reads weights runs.
/// </summary>
internal sealed class CheckpointDataView : IDataView
{
    private readonly string _path;

    /// <exception cref="CheckpointFormatException">There is no checkpoint at the path, or it isn't valid.</exception>
    public CheckpointDataView(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = Checkpoint.PlaceOf(path);
        using Checkpoint checkpoint = Checkpoint.Open(_path);
        Matrices = [.. checkpoint.Weights.SelectMany(MatrixList.From)];
        Warnings = UnknownFields.OfModel(checkpoint);
        var schema = new DataViewSchema.Builder();
        foreach (ColumnSpec column in CheckpointColumns.All)
            schema.AddColumn(column.Name, column.Type);
        Schema = schema.ToSchema();
    }

    public IReadOnlyList<ScannedMatrix> Matrices { get; }

    /// <summary>What to know about the model's files.</summary>
    public IReadOnlyList<string> Warnings { get; }

    public DataViewSchema Schema { get; }

    // Reading from front to back is what a disk does best.
    public bool CanShuffle => false;

    public long? GetRowCount() => Matrices.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new CheckpointCursor(this, CursorColumns.Active(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Opens the files again.</summary>
    /// <exception cref="CheckpointFormatException">They aren't what they were.</exception>
    public Checkpoint Open()
    {
        Checkpoint checkpoint = Checkpoint.Open(_path);
        Dictionary<string, LogicalTensor> weights = checkpoint.Weights.ToDictionary(weight => weight.Name, StringComparer.Ordinal);
        foreach (ScannedMatrix matrix in Matrices)
        {
            LogicalTensor? tensor = weights.GetValueOrDefault(matrix.Name);
            if (tensor is null || tensor.DataType != matrix.DataType || tensor.Encoding != matrix.Encoding
                || !tensor.Shape.SequenceEqual(matrix.Shape))
            {
                checkpoint.Dispose();
                throw new CheckpointFormatException(
                    tensor?.File ?? _path, "it isn't what it was when the checkpoint was loaded", "Load the checkpoint again.",
                    matrix.Name);
            }
        }

        return checkpoint;
    }
}
