namespace TorchSharp.Modules;

/// <summary>Parameters that share the options of one kind of optimizer.</summary>
public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions, new()
{
    /// <summary>An empty group whose options are the optimizer's.</summary>
    public ParamGroup() => base.Options = new TOptions();

    /// <summary>A group of the given parameters and options; open options are the optimizer's.</summary>
    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        Parameters = parameters;
        base.Options = options ?? new TOptions();
    }

    /// <summary>The options.</summary>
    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}
