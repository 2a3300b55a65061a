using Microsoft.ML.KappaTune.CheckpointData;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.Selections;

/// <summary>The name and the expert of a matrix to its rank, and whether it's selected.</summary>
internal sealed class KappaSelectionFunction(IReadOnlyDictionary<MatrixKey, Decision> decisions) : RowFunction
{
    /// <summary>Before anything was decided: for what it reads and adds.</summary>
    public static KappaSelectionFunction Undecided { get; } = new(new Dictionary<MatrixKey, Decision>());

    public override IReadOnlyList<ColumnSpec> Inputs { get; } = [CheckpointColumns.Name, CheckpointColumns.Expert];

    public override IReadOnlyList<ColumnSpec> Outputs { get; } =
        [new("Rank", NumberDataViewType.Int32), new("Selected", BooleanDataViewType.Instance)];

    public override Delegate[] CreateGetters(DataViewRow row, DataViewSchema.Column[] inputs)
    {
        var getName = row.GetGetter<ReadOnlyMemory<char>>(inputs[0]);
        var getExpert = row.GetGetter<int>(inputs[1]);
        ReadOnlyMemory<char> name = default;
        int expert = 0;
        var current = new PerRow<Decision>(row, () =>
        {
            getName(ref name);
            getExpert(ref expert);
            return decisions.GetValueOrDefault(new(name.ToString(), expert));
        });
        return [current.Getter(decision => decision.Rank), current.Getter(decision => decision.IsSelected)];
    }
}
