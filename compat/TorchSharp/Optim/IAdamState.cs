namespace TorchSharp.Modules;

/// <summary>The state of Adam and AdamW, which is the same.</summary>
internal interface IAdamState
{
    ref long Step { get; }

    ref torch.Tensor? Mean { get; }

    ref torch.Tensor? Square { get; }

    ref torch.Tensor? MaxSquare { get; }
}
