namespace TorchSharp;

/// <summary>Tensors and the functions on them, named as in PyTorch, running on libtorch.</summary>
public static partial class torch
{
    /// <summary>The processor.</summary>
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>No storage: tensors with shapes and types only.</summary>
    public static readonly Device META = new(DeviceType.META);

    /// <summary>The current CUDA device.</summary>
    public static Device CUDA { get; } = new(DeviceType.CUDA);
}
