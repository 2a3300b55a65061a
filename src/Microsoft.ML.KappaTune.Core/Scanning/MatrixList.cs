using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>Lists the matrices that a scan sees in a tensor, without results.</summary>
internal static class MatrixList
{
    /// <summary>What a scan of a checkpoint lists, in the checkpoint's order.</summary>
    /// <exception cref="CheckpointFormatException">The configuration says how large parts are, and not in numbers.</exception>
    public static IEnumerable<ScannedMatrix> From(Checkpoint checkpoint, FusedMatrices fused)
    {
        IEnumerable<ScannedMatrix> whole = checkpoint.Weights.SelectMany(From);
        return fused == FusedMatrices.Whole ? whole : FusedTensors.Split([.. whole], checkpoint.Config);
    }

    public static IEnumerable<ScannedMatrix> From(LogicalTensor tensor) => From(tensor.Name, tensor.Shape, tensor.DataType)
        .Select(matrix => matrix with { Encoding = tensor.Encoding, Problem = tensor.Problem, CodeBits = tensor.CodeBits });

    /// <summary>One matrix for a tensor, or one for each expert of a stack.</summary>
    public static IEnumerable<ScannedMatrix> From(string name, IReadOnlyList<long> shape, TensorDataType type)
    {
        var parsed = TensorName.Parse(name, shape.Count);
        // A stack without values may claim any number of experts, so it is taken as one matrix.
        bool isStack = TensorName.IsExpertStack(name, shape.Count) && !shape.Contains(0) && shape[0] <= int.MaxValue;
        long rows = isStack ? shape[1] : shape.Count > 0 ? shape[0] : 1;
        long columns = 1;
        for (int i = isStack ? 2 : 1; i < shape.Count; i++)
            columns *= shape[i];
        var matrix = new ScannedMatrix
        {
            Name = name,
            Role = parsed.Role,
            Layer = parsed.Layer,
            Expert = parsed.Expert,
            IsStacked = isStack,
            Shape = shape,
            DataType = type,
            Rows = rows,
            Columns = columns,
        };
        return isStack ? Enumerable.Range(0, (int)shape[0]).Select(expert => matrix with { Expert = expert }) : [matrix];
    }

    /// <summary>The matrix with the solver's result.</summary>
    public static ScannedMatrix With(this ScannedMatrix matrix, ConditionNumber number)
    {
        if (!number.IsFinite)
            return matrix;
        // Rounding may bring the ratio below 1, because σ_max and σ_min are found separately.
        double kappa = Math.Max(1, number.Kappa);
        return matrix with
        {
            Kappa = kappa,
            KappaError = number.IsLowerBound ? null : number.RelativeError,
            BeyondPrecision = kappa >= 1 / RoundingUnit(matrix),
            IsLowerBound = number.IsLowerBound,
            SigmaMax = number.SigmaMax,
            SigmaMin = number.SigmaMin,
        };
    }

    /// <summary>
    /// The relative rounding error of stored values: half the distance from 1 to the next number of the type; for quantised weights, 2 to
    /// the power of minus a code's bits.
    /// </summary>
    private static double RoundingUnit(ScannedMatrix matrix) => Math.ScaleB(1, matrix.DataType switch
    {
        _ when matrix.CodeBits is { } bits => -bits,
        TensorDataType.Float64 => -53,
        TensorDataType.Float16 => -11,
        TensorDataType.BFloat16 => -8,
        TensorDataType.Float8E4M3 or TensorDataType.Float8E5M2 => -8,
        _ => -24,
    });
}
