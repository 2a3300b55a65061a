namespace TorchSharp;

/// <summary>A module of an input and a target that gives a loss.</summary>
public abstract class Loss<T1, T2, TResult> : torch.nn.Module<T1, T2, TResult>
{
    /// <summary>A loss with the given reduction.</summary>
    public Loss(torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : base("Loss") => this.reduction = reduction;

    /// <summary>What is done to the losses of the single elements.</summary>
    public torch.nn.Reduction reduction { get; }
}
