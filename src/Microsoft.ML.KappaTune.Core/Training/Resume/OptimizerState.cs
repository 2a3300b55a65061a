using Microsoft.ML.KappaTune.Training.Optimization;

namespace Microsoft.ML.KappaTune.Training.Resume;

/// <summary>What an optimizer remembers, to and from a training state: two moments for each weight, and each group's steps.</summary>
internal static class OptimizerState
{
    private const string First = "first_moment/", Second = "second_moment/";

    /// <summary>Steps done, by groups.</summary>
    public static long[] Steps(FlatAdamW optimizer) => [.. optimizer.Groups.Select(group => group.Steps)];

    /// <summary>The moments, as parts of the groups' tensors that belong to the caller's dispose scope.</summary>
    public static IEnumerable<TensorSource> Sources(TrainedWeights weights, FlatAdamW optimizer) => Moments(weights, optimizer).Select(
        moments => StateTensors.Source(moments.Name, moments.Values));

    /// <summary>Sets moments and steps to what was saved.</summary>
    public static void Restore(
        TrainedWeights weights, FlatAdamW optimizer, IReadOnlyDictionary<string, TensorView> saved, IReadOnlyList<long> steps)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor values) in Moments(weights, optimizer))
            values.copy_(StateTensors.Load(saved[name]));
        SetSteps(optimizer, steps);
    }

    /// <summary>Copies of weights and moments, on the CPU, to which <see cref="GoBack"/> returns.</summary>
    public static Tensor[] Copy(TrainedWeights weights, FlatAdamW optimizer)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        return
        [
            .. weights.Copy(),
            .. Moments(weights, optimizer).Select(moments => moments.Values.to(CPU, copy: true).DetachFromDisposeScope()),
        ];
    }

    /// <summary>Sets weights, moments and steps to what they were when <see cref="Copy"/> was called.</summary>
    public static void GoBack(TrainedWeights weights, FlatAdamW optimizer, IReadOnlyList<Tensor> copies, IReadOnlyList<long> steps)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        weights.Restore([.. copies.Take(weights.All.Count)]);
        foreach (((_, Tensor values), Tensor copy) in Moments(weights, optimizer).Zip(copies.Skip(weights.All.Count)))
            values.copy_(copy);
        SetSteps(optimizer, steps);
    }

    private static void SetSteps(FlatAdamW optimizer, IReadOnlyList<long> steps)
    {
        foreach ((AdamWGroup group, long count) in optimizer.Groups.Zip(steps))
            group.Steps = count;
    }

    private static IEnumerable<(string Name, Tensor Values)> Moments(TrainedWeights weights, FlatAdamW optimizer)
    {
        Dictionary<ParameterGroup, AdamWGroup> groups = optimizer.Groups.ToDictionary(group => group.Parameters);
        foreach (TrainedWeight weight in weights.All)
        {
            AdamWGroup group = groups[weight.Group];
            yield return (First + weight.Name, weight.In(group.FirstMoments));
            yield return (Second + weight.Name, weight.In(group.SecondMoments));
        }
    }
}
