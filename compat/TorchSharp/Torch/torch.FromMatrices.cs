namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        bool[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<bool>(rawArray, ScalarType.Bool, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        bool[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<bool>(rawArray, ScalarType.Bool, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        byte[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<byte>(rawArray, ScalarType.Byte, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        byte[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<byte>(rawArray, ScalarType.Byte, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        sbyte[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<sbyte>(rawArray, ScalarType.Int8, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        sbyte[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<sbyte>(rawArray, ScalarType.Int8, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        short[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<short>(rawArray, ScalarType.Int16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        short[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<short>(rawArray, ScalarType.Int16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        int[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<int>(rawArray, ScalarType.Int32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        int[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<int>(rawArray, ScalarType.Int32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        long[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<long>(rawArray, ScalarType.Int64, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        long[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<long>(rawArray, ScalarType.Int64, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        Half[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<Half>(rawArray, ScalarType.Float16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        Half[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<Half>(rawArray, ScalarType.Float16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        float[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<float>(rawArray, ScalarType.Float32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        float[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<float>(rawArray, ScalarType.Float32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        double[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<double>(rawArray, ScalarType.Float64, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in the array's shape.</summary>
    public static Tensor tensor(
        double[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromArray<double>(rawArray, ScalarType.Float64, dtype, device, requires_grad, names);
}
