using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune;

/// <summary>Selects what to train in any TorchSharp module, and trains single experts of a stack and parts of a fused matrix.</summary>
public static class KappaTuner
{
    /// <summary>
    /// Finds the condition number of every candidate among the module's parameters, selects, and sets <c>requires_grad</c>: true for
    /// what was selected, false for all other parameters. A head that is new for the task isn't selected by itself: turn it on again.
    /// </summary>
    /// <remarks>
    /// Roles, and so candidates, follow from the parameters' names. A parameter that stacks experts, or is taken by its parts
    /// (<see cref="KappaSelection.Fused"/>), has one gradient, and an optimizer moves all of it: to train some of them, allow that by
    /// <paramref name="partialStacks"/>, and call <see cref="Step"/> in place of the optimizer's own step. Not safe while another thread
    /// uses the module.
    /// </remarks>
    /// <param name="module">The module, on any device.</param>
    /// <param name="selection">The policy and what it applies to.</param>
    /// <param name="partialStacks">
    /// Whether a stack, or a fused parameter, may be selected in part; it then requires gradients as a whole. Default: false, an error,
    /// because an optimizer's own step would change the rest of it too.
    /// </param>
    /// <returns>What was selected, and why.</returns>
    /// <exception cref="ArgumentException">The selection is invalid, a pattern matches nothing, or nothing would be trained.</exception>
    /// <exception cref="InvalidOperationException">
    /// A parameter is NaN or infinite somewhere, or one is selected in part and may not be. The module is as it was.
    /// </exception>
    public static TuningPlan Apply(nn.Module module, KappaSelection selection, bool partialStacks = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(selection);
        Dictionary<string, Tensor> parameters =
            module.named_parameters().ToDictionary(p => p.name, Tensor (p) => p.parameter, StringComparer.Ordinal);
        ScannedMatrix[] matrices = [.. parameters.SelectMany(p => MatrixList.From(p.Key, p.Value.shape, DataTypeOf(p.Value)))];
        // There is no configuration: parts whose sizes follow from no shape stay whole.
        if (selection.Fused == FusedMatrices.ByParts)
            matrices = [.. FusedTensors.Split(matrices, config: null)];
        var found = Selector.Candidates(matrices, selection)
            .ToDictionary(matrix => matrix.Slice, matrix => Scan(parameters[matrix.Name], matrix));
        var plan = TuningPlan.Create(matrices.Select(matrix => found.GetValueOrDefault(matrix.Slice, matrix)), selection);

        if (!partialStacks && plan.PartialStacks is [var stack, ..])
        {
            throw new InvalidOperationException(
                $"{stack.Count(m => m.Selected)} of the {stack.Count()} {TuningPlan.PiecesOf(stack)} in {stack.Key} are selected, but an "
                + "optimizer moves a parameter as a whole. Pass partialStacks: true and do the steps by KappaTuner.Step, or exclude it.");
        }

        ILookup<string, bool> isSelected = plan.Matrices.ToLookup(m => m.Matrix.Name, m => m.Selected, StringComparer.Ordinal);
        foreach ((string name, Tensor parameter) in parameters)
            parameter.requires_grad = isSelected[name].Contains(true);
        return plan;
    }

    /// <summary>
    /// Does an optimizer's step, after which the experts and parts that a plan doesn't select, of parameters selected in part, are bit for
    /// bit what they were, whatever the optimizer does with them: weight decay and moments included.
    /// </summary>
    /// <remarks>
    /// To be called after the backward pass. Their gradients are set to zero before the step, and their values, copied for as long as it
    /// takes, are put back after it. The optimizer's state still has the size of the whole parameter. Without one selected in part it is
    /// the step and nothing else.
    /// </remarks>
    /// <example><code>KappaTuner.Step(module, plan, () => optimizer.step());</code></example>
    /// <param name="module">The module that the plan was applied to.</param>
    /// <param name="plan">What <see cref="Apply"/> gave.</param>
    /// <param name="step">The optimizer's step, and what belongs before it, such as clipping the gradients' norm.</param>
    /// <exception cref="ArgumentException">The module doesn't have a parameter that the plan selects in part.</exception>
    public static void Step(nn.Module module, TuningPlan plan, Action step)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(step);
        List<(Tensor Values, Tensor Before)> frozen = FrozenPieces(module, plan);
        try
        {
            step();
        }
        finally
        {
            using var mode = no_grad();
            foreach ((Tensor values, Tensor before) in frozen)
            {
                values.copy_(before);
                values.Dispose();
                before.Dispose();
            }
        }
    }

    /// <summary>
    /// Sets the gradients of the experts and parts that may not change to zero, and returns these with copies of their values.
    /// </summary>
    private static List<(Tensor Values, Tensor Before)> FrozenPieces(nn.Module module, TuningPlan plan)
    {
        using var mode = no_grad();
        // The scope ends before the optimizer's step, which makes state that has to stay.
        using var scope = NewDisposeScope();
        var frozen = new List<(Tensor, Tensor)>();
        foreach (IGrouping<string, PlannedMatrix> stack in plan.PartialStacks)
        {
            if (module.get_parameter(stack.Key) is not { } parameter || !parameter.shape.SequenceEqual(stack.First().Matrix.Shape))
            {
                throw new ArgumentException(
                    $"The module has no parameter {stack.Key} of {stack.Count()} {TuningPlan.PiecesOf(stack)}; allowed is a plan of this "
                    + "module.", nameof(plan));
            }

            foreach (PlannedMatrix piece in stack.Where(m => !m.Selected))
            {
                Tensor values = piece.Matrix.Slice.In(parameter);
                frozen.Add((values.DetachFromDisposeScope(), values.clone().DetachFromDisposeScope()));
                if (parameter.grad is { } gradient)
                    piece.Matrix.Slice.In(gradient).zero_();
            }
        }

        return frozen;
    }

    private static ScannedMatrix Scan(Tensor parameter, ScannedMatrix matrix)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = matrix.Slice.In(parameter).contiguous().view(1, matrix.Rows, matrix.Columns);
        ConditionNumber number = ConditionNumberSolver.Solve(values)[0];
        if (!number.IsFinite)
        {
            throw new InvalidOperationException(
                $"The parameter {matrix.Id} is NaN or infinite somewhere, so it has no condition number. Exclude or repair it.");
        }

        return matrix.With(number);
    }

    private static TensorDataType DataTypeOf(Tensor parameter) => StoredTypes.Find(parameter.dtype)
        ?? throw new ArgumentException($"A parameter is of type {parameter.dtype}; allowed are real numbers.", "module");
}
