using Microsoft.ML.KappaTune.ConditionNumbers;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.SpectralReports;

/// <summary>A matrix to what all its singular values say.</summary>
internal sealed class SpectralReportFunction(MatrixColumns matrices) : RowFunction
{
    private static readonly (string Name, Func<SpectralReport, double> Value)[] Columns =
    [
        (nameof(SpectralReport.SpectralNorm), report => report.SpectralNorm),
        (nameof(SpectralReport.FrobeniusNorm), report => report.FrobeniusNorm),
        (nameof(SpectralReport.LogVolume), report => report.LogVolume),
        (nameof(SpectralReport.StableRank), report => report.StableRank),
        (nameof(SpectralReport.EffectiveRank), report => report.EffectiveRank),
        (nameof(SpectralReport.EntropyBound), report => report.EntropyBound),
    ];

    public override IReadOnlyList<ColumnSpec> Inputs => matrices.Inputs;

    public override IReadOnlyList<ColumnSpec> Outputs { get; } =
        [.. Columns.Select(column => new ColumnSpec(column.Name, NumberDataViewType.Double))];

    public override Delegate[] CreateGetters(DataViewRow row, DataViewSchema.Column[] inputs)
    {
        var reader = new MatrixReader(matrices, row, inputs);
        var current = new PerRow<SpectralReport?>(row, () => reader.Apply(least: 1, SpectralReport.Compute));
        return Array.ConvertAll(Columns, column =>
            (Delegate)current.Getter(report => report is null ? double.NaN : column.Value(report)));
    }
}
