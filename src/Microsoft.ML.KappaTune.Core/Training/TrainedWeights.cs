using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>One tensor that trains.</summary>
/// <param name="Name">Its canonical name.</param>
/// <param name="InModel">What the model computes with.</param>
/// <param name="Master">What the optimizer changes, in float32: the same values, unless the model computes with fewer digits.</param>
/// <param name="Gradient">The master's gradient.</param>
/// <param name="Group">The group that it is a part of.</param>
/// <param name="Index">Its number in the group.</param>
internal sealed record TrainedWeight(string Name, Parameter InModel, Tensor Master, Tensor Gradient, ParameterGroup Group, int Index)
{
    /// <summary>Its part of a tensor of the group's length, in its shape.</summary>
    public Tensor In(Tensor flat) => Group.Part(flat, Index);
}

/// <summary>
/// Everything that trains. In bfloat16 an update is often smaller than half of a weight's last digit and would be lost, so that the
/// optimizer works on float32 masters, and the model gets rounded copies. In float32 the model's parameters are the masters: parts of
/// their group's tensor, into whose gradients every backward pass adds.
/// </summary>
internal sealed class TrainedWeights : IDisposable
{
    private readonly TrainedWeight[] _all;
    private readonly ParameterGroup[] _groups;
    private readonly bool _areMasters;

    private TrainedWeights(TrainedWeight[] all, ParameterGroup[] groups, bool areMasters) =>
        (_all, _groups, _areMasters) = (all, groups, areMasters);

    public IReadOnlyList<TrainedWeight> All => _all;

    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>Numbers that train.</summary>
    public long Count => _all.Sum(weight => weight.Master.NumberOfElements);

    /// <summary>Sets what trains, and lets the model compute in the type that is asked for.</summary>
    /// <param name="model">The model, in float32.</param>
    /// <param name="selected">Canonical names of what trains beside the new head; with adapters, all but the weights of these.</param>
    /// <param name="adapters">The adapters, in float32; null for none.</param>
    /// <param name="isBFloat16">Whether model and adapters are converted to bfloat16.</param>
    public static TrainedWeights Of(SequenceClassifier model, IReadOnlyList<string> selected, LoraAdapters? adapters, bool isBFloat16)
    {
        HashSet<string> head = [.. model.NewParameters];
        HashSet<string> adapted = [.. adapters?.ByModule.Keys.Select(module => $"{module}.weight") ?? []];
        IEnumerable<string> ofAdapters = adapters?.Parameters.Select(p => p.Name) ?? [];
        string[] names = [.. selected.Where(name => !adapted.Contains(name)), .. model.NewParameters, .. ofAdapters];

        using var mode = no_grad();
        foreach (Parameter parameter in model.parameters())
            parameter.requires_grad = false;
        return Of(names, () => ByName(model, adapters), isBFloat16 ? () => BFloat16.Convert(model, adapters) : null, head);
    }

    /// <summary>The same for a model of which everything trains.</summary>
    public static TrainedWeights OfAll(nn.Module model, bool isBFloat16)
    {
        using var mode = no_grad();
        return Of(
            [.. model.named_parameters().Select(named => named.name)],
            () => model.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal),
            isBFloat16 ? () => model.to(bfloat16) : null, head: []);
    }

    private static TrainedWeights Of(
        string[] names, Func<Dictionary<string, Parameter>> byName, Action? convert, HashSet<string> head)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Parameter> parameters = byName();
        var groups = new Dictionary<string, (ParameterGroup Group, int Index)>(StringComparer.Ordinal);
        foreach (var alike in names.GroupBy(name => (IsHead: head.Contains(name), Decays: parameters[name].Dimensions > 1))
            .OrderBy(group => group.Key.IsHead).ThenBy(group => group.Key.Decays))
        {
            string[] members = [.. alike];
            var group = new ParameterGroup(
                alike.Key.IsHead, alike.Key.Decays, [.. members.Select(name => parameters[name].shape)], parameters[members[0]].device);
            for (int i = 0; i < members.Length; i++)
            {
                group.Part(group.Values, i).copy_(parameters[members[i]]);
                groups.Add(members[i], (group, i));
            }
        }

        if (convert is not null)
        {
            convert();
            // They may be other tensors now.
            parameters = byName();
        }

        return new(
            [.. names.Select(name => Weight(name, parameters[name], groups[name].Group, groups[name].Index, convert is null))],
            [.. groups.Values.Select(place => place.Group).Distinct()], convert is null);
    }

    private static TrainedWeight Weight(string name, Parameter inModel, ParameterGroup group, int index, bool isMaster)
    {
        Tensor master = group.Part(group.Values, index).DetachFromDisposeScope();
        Tensor gradient = group.Part(group.Gradients, index).DetachFromDisposeScope();
        if (isMaster)
        {
            inModel.set_(master);
            inModel.grad = gradient;
        }

        inModel.requires_grad = true;
        return new(name, inModel, master, gradient, group, index);
    }

    /// <summary>AdamW with state for what trains, and for nothing else.</summary>
    public FlatAdamW NewOptimizer(double learningRate, double headLearningRate, double weightDecay, double beta2) => new(
        [.. _groups.Select(group => new AdamWGroup(
            group, group.IsHead ? headLearningRate : learningRate, group.Decays ? weightDecay : 0))],
        beta1: 0.9, beta2);

    /// <summary>Whether all of them train from here on, or the new head alone.</summary>
    public void Train(bool headAlone)
    {
        foreach (ParameterGroup group in _groups)
            group.IsTraining = group.IsHead || !headAlone;
        foreach (TrainedWeight weight in _all)
            weight.InModel.requires_grad = weight.Group.IsTraining;
    }

    /// <summary>Sets the gradients of what trains to zero.</summary>
    public void ClearGradients()
    {
        using var mode = no_grad();
        foreach (ParameterGroup group in _groups)
        {
            if (group.IsTraining)
                group.Gradients.zero_();
        }
    }

    /// <summary>Adds what a backward pass left on the model's copies, where there are any, to the masters' gradients.</summary>
    public void CollectGradients()
    {
        if (_areMasters)
            return;
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        foreach (TrainedWeight weight in _all)
        {
            if (weight.InModel.grad is not { } gradient)
                continue;
            weight.Gradient.PlusInPlace(gradient);
            weight.InModel.grad = null;
        }
    }

    /// <summary>Gives the model the masters' new values.</summary>
    public void Publish()
    {
        if (_areMasters)
            return;
        using var mode = no_grad();
        foreach (TrainedWeight weight in _all)
            weight.InModel.copy_(weight.Master);
    }

    /// <summary>A copy of the masters' values, in their order, on the CPU.</summary>
    public Tensor[] Copy()
    {
        using var mode = no_grad();
        return [.. _all.Select(weight => weight.Master.detach().to(CPU, copy: true).DetachFromDisposeScope())];
    }

    /// <summary>Sets masters and model to values that <see cref="Copy"/> gave.</summary>
    public void Restore(IReadOnlyList<Tensor> values)
    {
        using var mode = no_grad();
        foreach ((TrainedWeight weight, Tensor value) in _all.Zip(values))
            weight.Master.copy_(value);
        Publish();
    }

    /// <summary>Sets the parameters of a model, in float32, to the masters' values.</summary>
    public void CopyTo(nn.Module model)
    {
        using var mode = no_grad();
        Dictionary<string, Parameter> parameters =
            model.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        foreach (TrainedWeight weight in _all)
            parameters[weight.Name].copy_(weight.Master);
    }

    /// <summary>Frees gradients and masters; what the model computes with stays.</summary>
    public void Dispose()
    {
        foreach (TrainedWeight weight in _all)
        {
            if (_areMasters)
                weight.InModel.grad = null;
            weight.Gradient.Dispose();
            weight.Master.Dispose();
        }

        foreach (ParameterGroup group in _groups)
            group.Dispose();
    }

    private static Dictionary<string, Parameter> ByName(SequenceClassifier model, LoraAdapters? adapters) =>
        model.named_parameters().Concat(adapters?.Parameters ?? []).ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
}
