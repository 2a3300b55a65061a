namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum if asked for.</summary>
public partial class SGD : OptimizerHelper, torch.optim.IMomentum
{
    /// <summary>An optimizer of one group.</summary>
    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        : this([new ParamGroup(parameters, new Options())], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    /// <summary>An optimizer of several groups; options that they leave open are the ones given here.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or a parameter is in two groups.</exception>
    public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        RequireAtLeastZero(lr, nameof(lr));
        RequireAtLeastZero(momentum, nameof(momentum));
        RequireAtLeastZero(weight_decay, nameof(weight_decay));
        if (nesterov && (momentum <= 0 || dampening != 0))
            throw new ArgumentException("Nesterov momentum needs a momentum above 0 and no dampening.", nameof(nesterov));
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
        };
        foreach (ParamGroup group in parameters)
            add_param_group(group);
    }

    /// <summary>The momentum of the first group; setting it sets that of all groups.</summary>
    public double Momentum
    {
        get => ((ParamGroup)_parameter_groups[0]).Momentum;
        set
        {
            foreach (var group in _parameter_groups.Cast<ParamGroup>())
                group.Momentum = value;
        }
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var defaults = (Options)_defaults;
        var options = (Options)param_group.Options;
        options.momentum ??= defaults.momentum;
        options.dampening ??= defaults.dampening;
        options.weight_decay ??= defaults.weight_decay;
        options.nesterov ??= defaults.nesterov;
        options.maximize ??= defaults.maximize;
        base.add_param_group(param_group);
    }

    /// <inheritdoc/>
    public override torch.Tensor? step(Func<torch.Tensor>? closure = null) => _step<ParamGroup>(StepGroup, closure);

    // A whole group in one native call.
    private void StepGroup(ParamGroup group)
    {
        Options options = group.Options;
        using var handles = new HandleList(group.Parameters);
        int count = handles.Count;
        var states = new State[count];
        StateHandles buffers = new(count);
        for (int i = 0; i < count; i++)
        {
            states[i] = (State)_state[handles.Pointers[i]];
            buffers.Read(i, states[i].momentum_buffer);
        }

        int succeeded = Native.ts_sgd_step(count, handles.Pointers, buffers.Pointers, new(
            options.LearningRate!.Value, options.momentum!.Value, options.dampening!.Value, options.weight_decay!.Value,
            options.nesterov!.Value, options.maximize!.Value));
        for (int i = 0; i < count; i++)
            buffers.KeepIfNew(i, ref states[i].momentum_buffer);
        Native.Check(succeeded);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        DisposeState();
        base.Dispose(disposing);
    }

    private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);
}
