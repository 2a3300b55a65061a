using System.Text;
using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>What the optimizers have in common: groups, state by parameter, files.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    /// <summary>The options of groups that leave them open.</summary>
    protected OptimizerOptions _defaults = null!;

    /// <summary>The state of each parameter, by its handle.</summary>
    protected OrderedDict<nint, OptimizerState> _state = new();

    /// <summary>An optimizer without groups yet.</summary>
    public OptimizerHelper()
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A parameter is in a group already.</exception>
    public override void add_param_group(ParamGroup param_group)
    {
        var known = new HashSet<nint>(parameters().Select(parameter => parameter.Handle));
        foreach (Parameter parameter in param_group.Parameters)
            if (!known.Add(parameter.Handle))
                throw new ArgumentException("A parameter appears in more than one parameter group.", nameof(param_group));

        param_group.Options.LearningRate ??= _defaults.LearningRate;
        param_group.Options.InitialLearningRate = param_group.Options.LearningRate!.Value;
        foreach (Parameter parameter in param_group.Parameters)
            _state[parameter.Handle] = NewState(parameter);
        base.add_param_group(param_group);
    }

    /// <summary>Calls <paramref name="body"/> with each group, without recording gradients, after the closure.</summary>
    protected torch.Tensor? _step<T>(Action<T> body, Func<torch.Tensor>? loss_closure = null) where T : ParamGroup
    {
        torch.Tensor? loss = null;
        if (loss_closure is not null)
            using (torch.enable_grad())
                loss = loss_closure();
        using var guard = torch.no_grad();
        foreach (ParamGroup group in _parameter_groups)
            body((T)group);
        return loss;
    }

    /// <summary>The options and the state: the objects themselves. State that isn't there yet is made.</summary>
    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (ParamGroup group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            var indices = new List<int>();
            foreach (Parameter parameter in group.Parameters)
            {
                OptimizerState state = _state[parameter.Handle];
                state.Initialize(group.Options);
                indices.Add(dictionary.State.Count);
                dictionary.State.Add(state);
            }
            dictionary.StateIndexRef.Add(indices);
        }
        return dictionary;
    }

    /// <summary>Copies the options and state of an optimizer with groups of the same sizes.</summary>
    /// <exception cref="ArgumentException">The groups differ in number or size.</exception>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        if (state_dict.Options.Count != _parameter_groups.Count)
            throw new ArgumentException(
                $"The state has {state_dict.Options.Count} parameter groups, the optimizer {_parameter_groups.Count}.", nameof(state_dict));
        foreach ((ParamGroup group, List<int> indices) in _parameter_groups.Zip(state_dict.StateIndexRef))
            if (group.Parameters.Count() != indices.Count)
                throw new ArgumentException(
                    $"A group has {indices.Count} parameters in the state, and {group.Parameters.Count()} in the optimizer.", nameof(state_dict));

        for (int i = 0; i < _parameter_groups.Count; i++)
        {
            _parameter_groups[i].Options.LoadStateDict(state_dict.Options[i]);
            foreach ((Parameter parameter, int index) in _parameter_groups[i].Parameters.Zip(state_dict.StateIndexRef[i]))
                _state[parameter.Handle].LoadStateDict(state_dict.State[index]);
        }
    }

    /// <summary>Writes the options and the state to a file.</summary>
    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location), Encoding.UTF8);
        save_state_dict(writer);
    }

    /// <summary>Writes the options and the state.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        StateDictionary dictionary = state_dict();
        writer.Write(dictionary.Options.Count);
        for (int i = 0; i < dictionary.Options.Count; i++)
        {
            dictionary.Options[i].SaveStateDict(writer);
            writer.Write(dictionary.StateIndexRef[i].Count);
            foreach (int index in dictionary.StateIndexRef[i])
                dictionary.State[index].SaveStateDict(writer);
        }
    }

    /// <summary>Reads a file that <see cref="save_state_dict(string)"/> wrote.</summary>
    /// <exception cref="ArgumentException">The groups differ in number or size.</exception>
    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location), Encoding.UTF8);
        load_state_dict(reader);
    }

    /// <summary>Reads what <see cref="save_state_dict(BinaryWriter)"/> wrote.</summary>
    /// <exception cref="ArgumentException">The groups differ in number or size.</exception>
    public void load_state_dict(BinaryReader reader)
    {
        int groups = reader.ReadInt32();
        if (groups != _parameter_groups.Count)
            throw new ArgumentException($"The file has {groups} parameter groups, the optimizer {_parameter_groups.Count}.");
        foreach (ParamGroup group in _parameter_groups)
        {
            group.Options.LoadStateDict(reader);
            int parameters = reader.ReadInt32();
            if (parameters != group.Parameters.Count())
                throw new ArgumentException(
                    $"A group has {parameters} parameters in the file, and {group.Parameters.Count()} in the optimizer.");
            foreach (Parameter parameter in group.Parameters)
                _state[parameter.Handle].LoadStateDict(reader);
        }
    }

    /// <summary>Moves the state to a device.</summary>
    public void to(torch.Device device)
    {
        foreach (OptimizerState state in _state.values())
            state.to(device);
    }

    private protected void DisposeState()
    {
        foreach (OptimizerState state in _state.values())
            (state as IDisposable)?.Dispose();
        _state.Clear();
        _parameter_groups.Clear();
    }

    private protected abstract OptimizerState NewState(Parameter parameter);

    private protected static void RequireAtLeastZero(double value, string name)
    {
        if (!(value >= 0))
            throw new ArgumentException($"Invalid {name} value: {value}", name);
    }

    private protected static void RequireBelowOne(double value, string name)
    {
        if (!(value >= 0 && value < 1))
            throw new ArgumentException($"Invalid {name} value: {value}", name);
    }
}
