using System.Collections;

namespace TorchSharp.Modules;

/// <summary>A list of parameters, registered under their positions.</summary>
public class ParameterList : torch.nn.Module, IEnumerable<Parameter>
{
    /// <summary>A list of the given parameters.</summary>
    public ParameterList(params Parameter[] parameters) : base(nameof(ParameterList)) => append(parameters);

    /// <summary>How many parameters there are.</summary>
    public int Count => parameters(recurse: false).Count();

    /// <summary>The parameter at a position.</summary>
    public Parameter this[int index]
    {
        get => get_parameter(index.ToString()) ?? throw new ArgumentOutOfRangeException(nameof(index));
        set => ConditionallyRegisterParameter(index.ToString(), value);
    }

    /// <summary>Adds a parameter at the end.</summary>
    public void Add(Parameter item) => register_parameter(Count.ToString(), item);

    /// <summary>Adds parameters at the end.</summary>
    public void append(params Parameter[] parameters) => extend(parameters);

    /// <summary>Adds parameters at the end.</summary>
    public void extend(IEnumerable<Parameter> parameters)
    {
        foreach (Parameter parameter in parameters)
            Add(parameter);
    }

    /// <summary>The parameters, in order.</summary>
    public IEnumerator<Parameter> GetEnumerator() => parameters(recurse: false).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
