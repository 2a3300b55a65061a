using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.ConditionNumbers;

/// <summary>The matrix of the current row. Its buffer is filled again for every row.</summary>
internal sealed class MatrixReader(MatrixColumns matrices, DataViewRow row, DataViewSchema.Column[] inputs)
{
    // Values a piece: a span of bytes can't hold a whole large matrix.
    private const int PieceValues = 1 << 22;

    private readonly ValueGetter<VBuffer<float>> _getWeight = row.GetGetter<VBuffer<float>>(inputs[0]);
    private readonly ValueGetter<long> _getRows = row.GetGetter<long>(inputs[1]);
    private readonly ValueGetter<long> _getColumns = row.GetGetter<long>(inputs[2]);
    private readonly ValueGetter<ReadOnlyMemory<char>>? _getName =
        inputs.Length > 3 ? row.GetGetter<ReadOnlyMemory<char>>(inputs[3]) : null;

    private VBuffer<float> _weight;
    private float[] _dense = [];

    /// <summary>What a function makes of the matrix [rows, columns].</summary>
    /// <param name="least">The least dimension that the function has something to tell about; smaller matrices aren't read.</param>
    /// <param name="function">Gets the matrix for the time of the call.</param>
    /// <returns>Null where the matrix is too small, has no values, or holds what is reported as no number.</returns>
    /// <exception cref="FormatException">A value is NaN or infinite, and that is an error.</exception>
    /// <exception cref="InvalidOperationException">The numbers of rows and columns aren't those of the values.</exception>
    public T? Apply<T>(long least, Func<Tensor, T> function) where T : class
    {
        long rows = 0, columns = 0;
        _getRows(ref rows);
        _getColumns(ref columns);
        if (rows < 0 || columns < 0)
            throw new InvalidOperationException($"{Where()}: rows and columns are {rows} and {columns}; allowed is 0 or more.");
        if (Math.Min(rows, columns) < least)
            return null;
        _getWeight(ref _weight);
        // What a checkpoint has of a tensor whose values can't be read.
        if (_weight.Length == 0)
            return null;
        if (_weight.Length / rows != columns || _weight.Length % rows != 0)
        {
            throw new InvalidOperationException(
                $"{Where()}: {_weight.Length} values aren't a matrix of {rows} rows and {columns} columns.");
        }

        ReadOnlySpan<float> values = Dense();
        int bad = FiniteCheck.IndexOfNotFinite(values);
        if (bad >= 0)
        {
            return matrices.NonFinite == NonFiniteHandling.Report ? null : throw new FormatException(
                $"{Where()}: the value {bad} of {values.Length} is {values[bad]}, so the matrix has no singular values. "
                + "Filter such rows out, or ask for NonFiniteHandling.Report.");
        }

        using Tensor matrix = Copy(values, rows, columns);
        return function(matrix);
    }

    private ReadOnlySpan<float> Dense()
    {
        if (_weight.IsDense)
            return _weight.GetValues();
        if (_dense.Length < _weight.Length)
            _dense = new float[_weight.Length];
        _weight.CopyTo(_dense);
        return _dense.AsSpan(0, _weight.Length);
    }

    private static Tensor Copy(ReadOnlySpan<float> values, long rows, long columns)
    {
        TensorLibrary.Require();
        Tensor copy = empty(new[] { rows, columns });
        using Tensor flat = copy.view(-1);
        for (int begin = 0; begin < values.Length; begin += PieceValues)
        {
            ReadOnlySpan<float> piece = values.Slice(begin, Math.Min(PieceValues, values.Length - begin));
            using Tensor part = flat.narrow(0, begin, piece.Length);
            piece.CopyTo(MemoryMarshal.Cast<byte, float>(part.bytes));
        }

        return copy;
    }

    /// <summary>The row, for errors.</summary>
    private string Where()
    {
        if (_getName is null)
            return $"Row {row.Position}";
        ReadOnlyMemory<char> name = default;
        _getName(ref name);
        return $"Row {row.Position}, \"{CheckpointFormatException.Printable(name.ToString())}\"";
    }
}
