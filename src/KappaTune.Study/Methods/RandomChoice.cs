namespace Microsoft.ML.KappaTune.Study;

/// <summary>What a plan is compared with: as many parameters of tensors chosen by lot.</summary>
public static class RandomChoice
{
    /// <summary>Takes the candidates in random order, while they fit into as many parameters as the plan selects.</summary>
    public static KappaSelection AsLargeAs(TuningPlan plan, int seed)
    {
        var random = TuningPlan.Create(plan.Matrices.Select(planned => planned.Matrix), KappaSelection.Random(int.MaxValue, seed));
        List<ScannedMatrix> chosen = MethodBuilder.Fill(MethodBuilder.InOrder(random), plan.SelectedParameters);
        return KappaSelection.LowestFraction(1) with { Include = [.. chosen.Select(matrix => matrix.Name)] };
    }
}
