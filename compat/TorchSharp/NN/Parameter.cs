namespace TorchSharp.Modules;

/// <summary>A tensor that a module learns: registered under its name, moved, saved and disposed with its module.</summary>
public class Parameter : torch.Tensor
{
    /// <summary>Takes over <paramref name="data"/>, which can't be used afterwards.</summary>
    /// <param name="data">The initial value.</param>
    /// <param name="requires_grad">Whether gradients are computed for it.</param>
    public Parameter(torch.Tensor data, bool requires_grad = true) : this(data, data.OwningDisposeScope, requires_grad)
    {
    }

    // A parameter takes the tensor's place in its scope too, so that what no scope owned stays unowned.
    private Parameter(torch.Tensor data, DisposeScope? scope, bool requires_grad) : base(data.DecoupleFromNativeHandle())
    {
        MoveToOtherDisposeScope(scope!);
        this.requires_grad = requires_grad;
    }
}
