namespace TorchSharp;

/// <summary>What stands beyond a tensor's edge.</summary>
public enum PaddingModes
{
    /// <summary>Zeros.</summary>
    Zeros = 0,
    /// <summary>The elements mirrored at the edge, which isn't repeated.</summary>
    Reflect = 1,
    /// <summary>The element at the edge.</summary>
    Replicate = 2,
    /// <summary>The elements from the other edge.</summary>
    Circular = 3,
    /// <summary>A given number.</summary>
    Constant = 4,
}
