namespace TorchSharp;

/// <summary>The kind of a device.</summary>
public enum DeviceType
{
    /// <summary>The processor and its memory.</summary>
    CPU = 0,
    /// <summary>A CUDA (or ROCm) GPU.</summary>
    CUDA = 1,
    /// <summary>An Apple GPU.</summary>
    MPS = 13,
    /// <summary>No storage: shapes and types only.</summary>
    META = 14,
}
