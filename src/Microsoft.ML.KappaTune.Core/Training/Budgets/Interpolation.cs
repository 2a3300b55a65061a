namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>
/// Weights between the base and what was trained, base + share · (trained − base), of the selected tensors; the new head stays as it was
/// trained (Wortsman et al., arXiv:2109.01903).
/// </summary>
internal sealed class Interpolation(TrainedWeights weights, IReadOnlyList<Tensor> ofBase) : IDisposable
{
    private readonly IReadOnlyList<Tensor> _trained = weights.Copy();

    /// <summary>Sets the model to a share of the way from the base, 0, to what was trained, 1.</summary>
    public void Set(double share)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        weights.Restore([.. weights.All.Select((weight, i) => (weight.Group.IsHead, share) switch
        {
            (true, _) or (_, 1) => _trained[i],
            // Not by arithmetic, which turns -0 into 0.
            (_, 0) => ofBase[i],
            _ => ofBase[i].clone().PlusInPlace(_trained[i] - ofBase[i], share),
        })]);
    }

    /// <summary>Whether the selected tensors are the base's now.</summary>
    public bool IsBase()
    {
        using var scope = NewDisposeScope();
        return weights.All.Zip(ofBase).All(pair => pair.First.Group.IsHead || pair.First.Master.cpu().eq(pair.Second).all().item<bool>());
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _trained)
            tensor.Dispose();
    }
}
