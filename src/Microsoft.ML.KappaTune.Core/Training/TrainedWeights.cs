using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Training.Optimization;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>One tensor, or a slice of one, that trains: an expert's of a stack, a part of a fused one.</summary>
/// <param name="Slice">What it is, by its canonical name.</param>
/// <param name="InModel">What the model computes with: the tensor, all of it where a slice trains.</param>
/// <param name="Master">What the optimizer changes, in float32: the slice's values.</param>
/// <param name="IsShared">Whether master and gradient are the model's own tensors, so that nothing has to be copied.</param>
internal sealed record TrainedWeight(
    TensorSlice Slice, Parameter InModel, Tensor Master, Tensor Gradient, ParameterGroup Group, int Index, bool IsShared)
{
    /// <summary>Its name in a training state.</summary>
    public string Name => Slice.ToString();

    /// <summary>Its part of a tensor of the group's length, in its shape.</summary>
    public Tensor In(Tensor flat) => Group.Part(flat, Index);

    /// <summary>Sets the slice in its tensor to the master's values; the rest of the tensor stays as it is.</summary>
    public void CopyInto(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Slice.In(tensor).copy_(Master);
    }
}

/// <summary>
/// Everything that trains. In bfloat16 an update is often smaller than half of a weight's last digit and would be lost, so that the
/// optimizer works on float32 masters, and the model gets rounded copies; so it does for slices of tensors, whose masters hold them
/// alone. Otherwise the model's parameters are the masters: parts of their group's tensor, into whose gradients every backward pass adds.
/// </summary>
internal sealed class TrainedWeights : IDisposable
{
    private readonly TrainedWeight[] _all;
    private readonly TrainedWeight[] _copied;
    private readonly ParameterGroup[] _groups;

    private TrainedWeights(TrainedWeight[] all, ParameterGroup[] groups) =>
        (_all, _copied, _groups) = (all, [.. all.Where(weight => !weight.IsShared)], groups);

    public IReadOnlyList<TrainedWeight> All => _all;

    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>Whether a new head is among them.</summary>
    public bool HasHead => _groups.Any(group => group.IsHead);

    /// <summary>Parameters that train.</summary>
    public long Count => _all.Sum(weight => weight.Master.NumberOfElements);

    /// <summary>Sets what trains, and lets the model compute in the type that is asked for.</summary>
    /// <param name="model">The model, in float32.</param>
    /// <param name="trained">What trains; with adapters, all but the weights of these, which stand for them.</param>
    /// <param name="head">Names of the new head's parameters among them.</param>
    /// <param name="adapters">The adapters, in float32; null for none.</param>
    /// <param name="isBFloat16">Whether model and adapters are converted to bfloat16.</param>
    /// <param name="headRate">The highest learning rate of one of the new head's parameters; null for one of all.</param>
    public static TrainedWeights Create(
        nn.Module model, IEnumerable<TensorSlice> trained, IReadOnlyCollection<string> head, LoraAdapters? adapters, bool isBFloat16,
        Func<string, double>? headRate = null)
    {
        HashSet<string> adapted = [.. adapters?.ByModule.Keys.Select(module => $"{module}.weight") ?? []];
        IEnumerable<TensorSlice> ofAdapters = adapters?.Parameters.Select(p => new TensorSlice(p.Name)) ?? [];
        TensorSlice[] slices = [.. trained.Where(slice => !adapted.Contains(slice.Name)), .. ofAdapters];

        using var mode = no_grad();
        using var scope = NewDisposeScope();
        foreach (Parameter parameter in model.parameters())
            parameter.requires_grad = false;
        Dictionary<string, Parameter> parameters = ByName(model, adapters);
        var places = new Dictionary<TensorSlice, (ParameterGroup Group, int Index)>();
        foreach (var alike in slices
            .GroupBy(slice => (
                IsHead: head.Contains(slice.Name), Decays: slice.In(parameters[slice.Name]).Dimensions > 1,
                Rate: head.Contains(slice.Name) ? headRate?.Invoke(slice.Name) : null))
            .OrderBy(group => group.Key.IsHead).ThenBy(group => group.Key.Decays).ThenBy(group => group.Key.Rate))
        {
            TensorSlice[] members = [.. alike];
            Tensor[] values = [.. members.Select(slice => slice.In(parameters[slice.Name]))];
            var group = new ParameterGroup(alike.Key.IsHead, alike.Key.Decays, [.. values.Select(value => value.shape)], values[0].device)
            {
                Rate = alike.Key.Rate,
            };
            for (int i = 0; i < members.Length; i++)
            {
                group.Part(group.Values, i).copy_(values[i]);
                places.Add(members[i], (group, i));
            }
        }

        if (isBFloat16)
        {
            BFloat16.Convert(model, adapters);
            // They may be other tensors now.
            parameters = ByName(model, adapters);
        }

        return new(
            [.. slices.Select(slice => Weight(slice, parameters[slice.Name], places[slice], !isBFloat16 && slice.IsWhole))],
            [.. places.Values.Select(place => place.Group).Distinct()]);
    }

    /// <summary>The weights of a model of which everything trains.</summary>
    public static TrainedWeights CreateForAll(nn.Module model, bool isBFloat16) =>
        Create(model, model.named_parameters().Select(named => new TensorSlice(named.name)), head: [], adapters: null, isBFloat16);

    private static TrainedWeight Weight(TensorSlice slice, Parameter inModel, (ParameterGroup Group, int Index) place, bool isShared)
    {
        Tensor master = place.Group.Part(place.Group.Values, place.Index).DetachFromDisposeScope();
        Tensor gradient = place.Group.Part(place.Group.Gradients, place.Index).DetachFromDisposeScope();
        if (isShared)
        {
            inModel.set_(master);
            inModel.grad = gradient;
        }

        inModel.requires_grad = true;
        return new(slice, inModel, master, gradient, place.Group, place.Index, isShared);
    }

    /// <summary>AdamW with state for what trains, and for nothing else.</summary>
    public FlatAdamW NewOptimizer(double learningRate, double headLearningRate, double weightDecay, double beta2) => new(
        [.. _groups.Select(group => new AdamWGroup(
            group, group.Rate ?? (group.IsHead ? headLearningRate : learningRate), group.Decays ? weightDecay : 0))],
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
        if (_copied.Length == 0)
            return;
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        foreach (TrainedWeight weight in _copied)
        {
            if (weight.InModel.grad is { } gradient)
                weight.Gradient.PlusInPlace(weight.Slice.In(gradient));
        }

        // Only now: several slices may be of one tensor.
        foreach (TrainedWeight weight in _copied)
            weight.InModel.grad = null;
    }

    /// <summary>Gives the model the masters' new values.</summary>
    public void Publish()
    {
        using var mode = no_grad();
        foreach (TrainedWeight weight in _copied)
            weight.CopyInto(weight.InModel);
    }

    /// <summary>A copy of the masters' values, in their order, on the CPU.</summary>
    public Tensor[] Copy()
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        return [.. _all.Select(weight => weight.Master.to(CPU, copy: true).DetachFromDisposeScope())];
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
        Dictionary<string, Parameter> parameters = ByName(model, adapters: null);
        foreach (TrainedWeight weight in _all)
            weight.CopyInto(parameters[weight.Slice.Name]);
    }

    /// <summary>Frees gradients and masters; what the model computes with stays.</summary>
    public void Dispose()
    {
        foreach (TrainedWeight weight in _all)
        {
            if (weight.IsShared)
                weight.InModel.grad = null;
            weight.Gradient.Dispose();
            weight.Master.Dispose();
        }

        foreach (ParameterGroup group in _groups)
            group.Dispose();
    }

    private static Dictionary<string, Parameter> ByName(nn.Module model, LoraAdapters? adapters) =>
        model.named_parameters().Concat(adapters?.Parameters ?? []).ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
}
