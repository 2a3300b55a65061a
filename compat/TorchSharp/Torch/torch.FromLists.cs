namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<bool> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Bool, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<bool> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Bool, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<bool> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Bool, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<byte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Byte, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<byte> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Byte, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<byte> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Byte, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Int8, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<sbyte> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Int8, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<sbyte> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Int8, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<short> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Int16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<short> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Int16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<short> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Int16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<int> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Int32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<int> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Int32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<int> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Int32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<long> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Int64, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<long> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Int64, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<long> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Int64, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<Half> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Float16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<Half> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Float16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<Half> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Float16, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<float> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Float32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<float> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Float32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<float> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Float32, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in one dimension.</summary>
    public static Tensor tensor(
        IList<double> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [rawArray.Count], ScalarType.Float64, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, as a matrix.</summary>
    public static Tensor tensor(
        IList<double> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        FromList(rawArray, [rows, columns], ScalarType.Float64, dtype, device, requires_grad, names);

    /// <summary>A tensor with a copy of the elements, in three dimensions.</summary>
    public static Tensor tensor(
        IList<double> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        FromList(rawArray, [dim0, dim1, dim2], ScalarType.Float64, dtype, device, requires_grad, names);
}
