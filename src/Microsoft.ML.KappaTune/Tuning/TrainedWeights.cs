using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tuning.Lora;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tuning;

/// <summary>One tensor that trains.</summary>
/// <param name="Name">Its canonical name.</param>
/// <param name="InModel">What the model computes with.</param>
/// <param name="Master">What the optimizer changes, in float32: the same tensor, unless the model computes with fewer digits.</param>
/// <param name="IsHead">Whether it belongs to the task's new head.</param>
internal sealed record TrainedWeight(string Name, Parameter InModel, Parameter Master, bool IsHead);

/// <summary>The highest learning rate of a group of the optimizer's.</summary>
/// <param name="Highest">What a schedule multiplies.</param>
/// <param name="IsHead">Whether the group is of the task's new head.</param>
internal sealed record GroupRate(double Highest, bool IsHead);

/// <summary>
/// Everything that trains. In bfloat16 an update is often smaller than half of a weight's last digit and would be lost, so that the
/// optimizer works on float32 masters, and the model gets rounded copies. In float32 they are the same tensors.
/// </summary>
internal sealed class TrainedWeights : IDisposable
{
    private readonly List<TrainedWeight> _all = [];

    public IReadOnlyList<TrainedWeight> All => _all;

    public IEnumerable<Parameter> Masters => _all.Select(weight => weight.Master);

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
        Dictionary<string, Parameter> parameters = byName();
        Tensor?[] values = [.. names.Select(name => convert is null ? null : parameters[name].detach().clone())];
        if (convert is not null)
        {
            convert();
            // They may be other tensors now.
            parameters = byName();
        }

        var weights = new TrainedWeights();
        foreach ((string name, Tensor? value) in names.Zip(values))
        {
            Parameter inModel = parameters[name];
            inModel.requires_grad = true;
            Parameter master = value is null ? inModel : new Parameter(value.DetachFromDisposeScope());
            weights._all.Add(new(name, inModel, master, head.Contains(name)));
        }

        return weights;
    }

    /// <summary>AdamW for the masters, with state for nothing else; biases and norms, which are vectors, don't decay.</summary>
    public (AdamW Optimizer, GroupRate[] Rates) NewOptimizer(TuningOptions options)
    {
        var groups = _all.GroupBy(weight => (weight.IsHead, Decays: weight.Master.Dimensions > 1))
            .OrderBy(group => group.Key.IsHead).ThenBy(group => group.Key.Decays)
            .Select(group => (
                Rate: new GroupRate(group.Key.IsHead ? options.HeadLearningRate : options.LearningRate, group.Key.IsHead),
                Decay: group.Key.Decays ? options.WeightDecay : 0,
                Weights: group.Select(weight => weight.Master).ToArray()))
            .ToArray();
        // β₂ = 0.999 remembers about 1000 steps; shorter fine-tuning is covered by Adam's correction for its start.
        var optimizer = new AdamW(
            groups.Select(g => new AdamW.ParamGroup(g.Weights, lr: g.Rate.Highest, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: g.Decay)));
        return (optimizer, [.. groups.Select(g => g.Rate)]);
    }

    /// <summary>Whether all of them train from here on, or the new head alone.</summary>
    public void Train(bool headAlone)
    {
        foreach (TrainedWeight weight in _all)
            weight.InModel.requires_grad = weight.IsHead || !headAlone;
    }

    /// <summary>Removes all gradients.</summary>
    public void ClearGradients()
    {
        foreach (TrainedWeight weight in _all)
            weight.Master.grad = null;
    }

    /// <summary>Adds what a backward pass left on the model's copies to the masters' gradients.</summary>
    public void CollectGradients()
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        foreach (TrainedWeight weight in _all.Where(weight => !ReferenceEquals(weight.Master, weight.InModel)))
        {
            if (weight.InModel.grad is not { } gradient)
                continue;
            if (weight.Master.grad is { } sum)
                sum.add_(gradient);
            else
                weight.Master.grad = gradient.to(float32);
            weight.InModel.grad = null;
        }
    }

    /// <summary>Gives the model the masters' new values.</summary>
    public void Publish()
    {
        using var mode = no_grad();
        foreach (TrainedWeight weight in _all.Where(weight => !ReferenceEquals(weight.Master, weight.InModel)))
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

    /// <summary>Removes gradients and frees the masters, not the model's tensors.</summary>
    public void Dispose()
    {
        ClearGradients();
        foreach (TrainedWeight weight in _all.Where(weight => !ReferenceEquals(weight.Master, weight.InModel)))
            weight.Master.Dispose();
        _all.Clear();
    }

    private static Dictionary<string, Parameter> ByName(SequenceClassifier model, LoraAdapters? adapters) =>
        model.named_parameters().Concat(adapters?.Parameters ?? []).ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
}
