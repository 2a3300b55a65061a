using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.ConditionNumbers;

/// <summary>A matrix to κ, relative κ, σ_max and σ_min.</summary>
internal sealed class ConditionNumberFunction(MatrixColumns matrices) : RowFunction
{
    // κ of a single row or column is 1 whatever it holds.
    private const int MinimumDimension = 2;

    public static readonly ColumnSpec
        Kappa = new("Kappa", NumberDataViewType.Double) { Source = "mlContext.Transforms.KappaConditionNumber()" },
        RelativeKappa = new("RelativeKappa", NumberDataViewType.Double),
        SigmaMax = new("SigmaMax", NumberDataViewType.Double),
        SigmaMin = new("SigmaMin", NumberDataViewType.Double);

    public override IReadOnlyList<ColumnSpec> Inputs => matrices.Inputs;

    public override IReadOnlyList<ColumnSpec> Outputs { get; } = [Kappa, RelativeKappa, SigmaMax, SigmaMin];

    public override Delegate[] CreateGetters(DataViewRow row, DataViewSchema.Column[] inputs)
    {
        var reader = new MatrixReader(matrices, row, inputs);
        var current = new PerRow<Numbers>(row, () => reader.Apply(MinimumDimension, Numbers.Measure) ?? Numbers.None);
        return
        [
            current.Getter(x => x.Kappa),
            current.Getter(x => x.RelativeKappa),
            current.Getter(x => x.SigmaMax),
            current.Getter(x => x.SigmaMin),
        ];
    }

    private sealed record Numbers(double Kappa, double RelativeKappa, double SigmaMax, double SigmaMin)
    {
        public static Numbers None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

        public static Numbers Measure(Tensor matrix)
        {
            long rows = matrix.shape[0], columns = matrix.shape[1];
            using Tensor stack = matrix.unsqueeze(0);
            ConditionNumber number = ConditionNumberSolver.Solve(stack)[0];
            // σ_max and σ_min are found apart, so that rounding may bring their ratio below 1.
            double kappa = Math.Max(1, number.Kappa);
            return new(kappa, kappa / GaussianConditionNumber.Expected(rows, columns), number.SigmaMax, number.SigmaMin);
        }
    }
}
