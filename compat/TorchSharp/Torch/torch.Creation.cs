namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor filled with zeros.</summary>
    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Native.Tensor(Native.ts_zeros(size, size.Length, (int)(dtype ?? ScalarType.Float32), 0, -1));
    /// <summary>A tensor filled with ones.</summary>
    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Native.Tensor(Native.ts_ones(size, size.Length, (int)(dtype ?? ScalarType.Float32), 0, -1));
}
