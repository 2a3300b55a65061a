using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune;

/// <summary>Selects what to train in any TorchSharp module.</summary>
public static class KappaTuner
{
    /// <summary>
    /// Finds the condition number of every candidate among the module's parameters, selects, and sets <c>requires_grad</c>: true for
    /// what was selected, false for all other parameters. A head that is new for the task isn't selected by itself: turn it on again.
    /// </summary>
    /// <remarks>
    /// Roles, and so candidates, follow from the parameters' names. A parameter that stacks experts requires gradients as a whole or
    /// not at all, so a selection of some of its experts is an error. Not safe while another thread uses the module.
    /// </remarks>
    /// <param name="module">The module, on any device.</param>
    /// <param name="selection">The policy and what it applies to.</param>
    /// <returns>What was selected, and why.</returns>
    /// <exception cref="ArgumentException">The selection is invalid, a pattern matches nothing, or nothing would be trained.</exception>
    /// <exception cref="InvalidOperationException">
    /// A parameter is NaN or infinite somewhere, or a stack is selected in part. The module is as it was.
    /// </exception>
    public static TuningPlan Apply(nn.Module module, KappaSelection selection)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(selection);
        Dictionary<string, Tensor> parameters =
            module.named_parameters().ToDictionary(p => p.name, Tensor (p) => p.parameter, StringComparer.Ordinal);
        ScannedMatrix[] matrices = [.. parameters.SelectMany(p => MatrixList.Of(p.Key, p.Value.shape, DataTypeOf(p.Value)))];
        var found = Selector.Candidates(matrices, selection)
            .ToDictionary(matrix => (matrix.Name, matrix.Expert), matrix => Scan(parameters[matrix.Name], matrix));
        var plan = TuningPlan.Create(matrices.Select(matrix => found.GetValueOrDefault((matrix.Name, matrix.Expert), matrix)), selection);

        ILookup<string, bool> isSelected = plan.Matrices.ToLookup(m => m.Matrix.Name, m => m.Selected, StringComparer.Ordinal);
        foreach (string name in parameters.Keys)
            CheckWhole(name, isSelected[name].Count(selected => selected), isSelected[name].Count());
        foreach ((string name, Tensor parameter) in parameters)
            parameter.requires_grad = isSelected[name].First();
        return plan;
    }

    private static ScannedMatrix Scan(Tensor parameter, ScannedMatrix matrix)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = matrix.IsStacked
            ? parameter.narrow(0, matrix.Expert!.Value, 1)
            : parameter.reshape(1, matrix.Rows, matrix.Columns);
        ConditionNumber number = ConditionNumberSolver.Solve(values)[0];
        if (!number.IsFinite)
        {
            throw new InvalidOperationException(
                $"The parameter {matrix.Id} is NaN or infinite somewhere, so it has no condition number. Exclude or repair it.");
        }

        return matrix.With(number);
    }

    private static void CheckWhole(string name, int selected, int all)
    {
        if (selected > 0 && selected < all)
        {
            throw new InvalidOperationException(
                $"{selected} of the {all} experts in {name} are selected, but a parameter is trained as a whole or not at all. "
                + "Exclude it, or select by names that hold one expert each.");
        }
    }

    private static TensorDataType DataTypeOf(Tensor parameter) => parameter.dtype switch
    {
        ScalarType.Float64 => TensorDataType.Float64,
        ScalarType.Float32 => TensorDataType.Float32,
        ScalarType.Float16 => TensorDataType.Float16,
        ScalarType.BFloat16 => TensorDataType.BFloat16,
        ScalarType.Int64 => TensorDataType.Int64,
        ScalarType.Int32 => TensorDataType.Int32,
        ScalarType.Int16 => TensorDataType.Int16,
        ScalarType.Int8 => TensorDataType.Int8,
        ScalarType.Byte => TensorDataType.UInt8,
        ScalarType.Bool => TensorDataType.Boolean,
        _ => throw new ArgumentException($"A parameter is of type {parameter.dtype}; allowed are real numbers.", "module"),
    };
}
