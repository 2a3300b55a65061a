namespace Microsoft.ML.KappaTune.Training;

/// <summary>Selects as many candidates, best first, as an optimizer of limited memory has room for.</summary>
internal static class OptimizerMemory
{
    // AdamW's two moments.
    private const int BytesPerParameter = 2 * sizeof(float);

    /// <summary>What the optimizer takes for so many parameters.</summary>
    public static long BytesFor(long parameters) => checked(BytesPerParameter * parameters);

    /// <summary>A selection of so many candidates, in the order of another one.</summary>
    public static KappaSelection Take(KappaSelection order, int count) => order with
    {
        Policy = order.Policy is SelectionPolicy.Highest or SelectionPolicy.Random ? order.Policy : SelectionPolicy.Lowest,
        Amount = count,
    };

    /// <summary>The plan of the most candidates that fit.</summary>
    /// <param name="plan">Plans by a selection.</param>
    /// <param name="order">Ranks the candidates; its amount isn't used.</param>
    /// <param name="most">Bytes that the optimizer may take.</param>
    /// <param name="headParameters">Parameters of the new head, which trains in any case; 0 where there is none.</param>
    /// <param name="method">Whether the selected matrices train, or adapters beside them.</param>
    /// <exception cref="ArgumentException">Not even the first candidate fits.</exception>
    public static TuningPlan Plan(
        Func<KappaSelection, TuningPlan> plan, KappaSelection order, long most, long headParameters, TuningMethod method)
    {
        TuningPlan best = plan(Take(order, 1));
        if (Bytes(best) is var least && least > most)
        {
            string first = $"{best.Selected.First().Id}, which ranks first,";
            string who = headParameters > 0 ? $"the new head and {first} need" : $"{first} needs";
            throw new ArgumentException(
                OptionInfo.Problem(
                    nameof(TuningOptions.MaximumOptimizerMemory), most,
                    $"{least} or more, what {who} with the biases and norms asked for"),
                nameof(TuningOptions.MaximumOptimizerMemory));
        }

        (int fits, int exceeds) = (1, best.CandidateCount + 1);
        while (exceeds - fits > 1)
        {
            int count = (fits + exceeds) / 2;
            TuningPlan larger = plan(Take(order, count));
            if (Bytes(larger) <= most)
                (fits, best) = (count, larger);
            else
                exceeds = count;
        }

        return best;

        long Bytes(TuningPlan planned) => BytesFor(headParameters + planned.Selected.Sum(matrix => Trained(matrix, method)));
    }

    /// <summary>Parameters that train for a selected matrix: its own, or those of the adapter's A and B.</summary>
    private static long Trained(ScannedMatrix matrix, TuningMethod method) =>
        method.IsLora && matrix.Shape.Count > 1 ? method.Rank * (matrix.Rows + matrix.Columns) : matrix.Parameters;
}
