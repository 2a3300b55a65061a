namespace TorchSharp.Modules;

/// <summary>AdamW: Adam with weight decay that is apart from the gradients.</summary>
public partial class AdamW : OptimizerHelper, torch.optim.IBetas
{
    /// <summary>An optimizer of one group.</summary>
    public AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup(parameters, new Options())], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    /// <summary>An optimizer of several groups; options that they leave open are the ones given here.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or a parameter is in two groups.</exception>
    public AdamW(IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
    {
        RequireAtLeastZero(lr, nameof(lr));
        RequireBelowOne(beta1, nameof(beta1));
        RequireBelowOne(beta2, nameof(beta2));
        RequireAtLeastZero(eps, nameof(eps));
        RequireAtLeastZero(weight_decay, nameof(weight_decay));
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
            amsgrad = amsgrad,
            maximize = maximize,
        };
        foreach (ParamGroup group in parameters)
            add_param_group(group);
    }

    /// <summary>The decays of the first group; setting them sets those of all groups.</summary>
    public (double, double) Betas
    {
        get => ((ParamGroup)_parameter_groups[0]).Betas;
        set
        {
            foreach (var group in _parameter_groups.Cast<ParamGroup>())
                group.Betas = value;
        }
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var defaults = (Options)_defaults;
        var options = (Options)param_group.Options;
        options.beta1 ??= defaults.beta1;
        options.beta2 ??= defaults.beta2;
        options.eps ??= defaults.eps;
        options.weight_decay ??= defaults.weight_decay;
        options.amsgrad ??= defaults.amsgrad;
        options.maximize ??= defaults.maximize;
        base.add_param_group(param_group);
    }

    /// <inheritdoc/>
    public override torch.Tensor? step(Func<torch.Tensor>? closure = null) => _step<ParamGroup>(Step, closure);

    /// <summary>Steps a whole group in one native call.</summary>
    private void Step(ParamGroup group)
    {
        using var handles = new HandleList(group.Parameters);
        int count = handles.Count;
        var states = new State[count];
        StateHandles means = new(count), squares = new(count), maxSquares = new(count);
        long[] steps = new long[count];
        for (int i = 0; i < count; i++)
        {
            State state = states[i] = (State)_state[handles.Pointers[i]];
            means.Read(i, state.exp_avg);
            squares.Read(i, state.exp_avg_sq);
            maxSquares.Read(i, state.max_exp_avg_sq);
            steps[i] = state.step;
        }

        Options options = group.Options;
        int succeeded = Native.ts_adamw_step(count, handles.Pointers, means.Pointers, squares.Pointers, maxSquares.Pointers, steps, new(
            options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value, options.weight_decay!.Value,
            options.amsgrad!.Value, options.maximize!.Value));
        for (int i = 0; i < count; i++)
        {
            means.KeepIfNew(i, ref states[i].exp_avg);
            squares.KeepIfNew(i, ref states[i].exp_avg_sq);
            maxSquares.KeepIfNew(i, ref states[i].max_exp_avg_sq);
            states[i].step = steps[i];
        }

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
