using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.CheckpointData;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.ConditionNumbers;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.Selections;

/// <summary>Reads matrices back from the rows of a checkpoint that have scores.</summary>
internal static class ScoredRows
{
    private static readonly ColumnSpec Kappa = ConditionNumberFunction.Kappa;

    /// <summary>The columns that are read.</summary>
    public static IReadOnlyList<ColumnSpec> Inputs { get; } =
    [
        CheckpointColumns.Name, CheckpointColumns.Role, CheckpointColumns.Expert, CheckpointColumns.Dimensions, CheckpointColumns.Rows,
        CheckpointColumns.Columns, CheckpointColumns.DataType, Kappa,
    ];

    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    /// <exception cref="InvalidOperationException">A row holds what no matrix has.</exception>
    public static List<ScannedMatrix> Read(IDataView input)
    {
        DataViewSchema.Column[] columns = [.. Inputs.Select(column => column.Find(input.Schema))];
        using DataViewRowCursor cursor = input.GetRowCursor(columns);
        Func<string> name = Text(0), role = Text(1), type = Text(6);
        Func<int> expert = Value<int>(2), dimensions = Value<int>(3);
        Func<long> rows = Value<long>(4), width = Value<long>(5);
        Func<double> kappa = Value<double>(7);

        var matrices = new List<ScannedMatrix>();
        while (cursor.MoveNext())
            matrices.Add(Matrix(cursor.Position, name(), role(), expert(), dimensions(), rows(), width(), type(), kappa()));
        return matrices;

        Func<T> Value<T>(int column)
        {
            ValueGetter<T> getter = cursor.GetGetter<T>(columns[column]);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return value;
            };
        }

        Func<string> Text(int column)
        {
            Func<ReadOnlyMemory<char>> text = Value<ReadOnlyMemory<char>>(column);
            return () => text().ToString();
        }
    }

    private static ScannedMatrix Matrix(
        long position, string name, string role, int expert, int dimensions, long rows, long columns, string type, double kappa)
    {
        Require(Enum.TryParse(role, out TensorRole itsRole) && Enum.IsDefined(itsRole), CheckpointColumns.Role, role);
        bool isUnreadable = type == CheckpointColumns.Unreadable, isStored = TensorDataTypes.TryParse(type, out TensorDataType dataType);
        Require(isStored || isUnreadable || TensorEncodings.IsKnown(type), CheckpointColumns.DataType, type);
        Require(dimensions >= 0, CheckpointColumns.Dimensions, dimensions);
        Require(rows >= 0, CheckpointColumns.Rows, rows);
        Require(columns >= 0, CheckpointColumns.Columns, columns);
        Require(!(kappa < 1), Kappa, kappa);
        // The scores leave out what needs no computing.
        if (double.IsNaN(kappa) && dimensions >= 2 && Math.Min(rows, columns) == 1)
            kappa = 1;
        return new()
        {
            Name = name,
            Role = itsRole,
            Layer = TensorName.Parse(name, dimensions).Layer,
            Expert = expert == CheckpointColumns.None ? null : expert,
            IsStacked = expert != CheckpointColumns.None && TensorName.IsExpertStack(name, dimensions),
            // Of the stored shape, the selection asks only whether it is a vector's.
            Shape = dimensions < 2 ? [rows] : [rows, columns],
            DataType = isStored ? dataType : TensorDataType.Unknown,
            Encoding = isStored || isUnreadable ? null : type,
            Problem = isUnreadable ? "its values can't be read" : null,
            Rows = rows,
            Columns = columns,
            Kappa = double.IsNaN(kappa) ? null : kappa,
        };

        void Require(bool holds, ColumnSpec column, object value)
        {
            if (holds)
                return;
            throw new InvalidOperationException(
                FormattableString.Invariant($"Row {position}, \"{name}\": {column.Name} can't be {value}."));
        }
    }
}
