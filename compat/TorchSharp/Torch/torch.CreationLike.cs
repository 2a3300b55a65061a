namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor whose elements are whatever the memory held, with the shape and, unless given, the type and device of
    /// <paramref name="input"/>.
    /// </summary>
    public static Tensor empty_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Unnamed(names);
        Device place = device ?? input.device;
        int type = (int)(dtype ?? input.dtype);
        return Recorded(Native.ts_empty_like(input.SafeHandle, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>A tensor of zeros, with the shape and, unless given, the type and device of <paramref name="input"/>.</summary>
    public static Tensor zeros_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Unnamed(names);
        Device place = device ?? input.device;
        int type = (int)(dtype ?? input.dtype);
        return Recorded(Native.ts_zeros_like(input.SafeHandle, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>A tensor of ones, with the shape and, unless given, the type and device of <paramref name="input"/>.</summary>
    public static Tensor ones_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Unnamed(names);
        Device place = device ?? input.device;
        int type = (int)(dtype ?? input.dtype);
        return Recorded(Native.ts_ones_like(input.SafeHandle, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>A tensor filled with a number, with the shape and, unless given, the type and device of <paramref name="input"/>.</summary>
    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Unnamed(names);
        Device place = device ?? input.device;
        int type = (int)(dtype ?? input.dtype);
        return Recorded(Native.ts_full_like(input.SafeHandle, value.Value, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>
    /// Numbers from <paramref name="start"/> to before <paramref name="stop"/>; Int64 if all three are integers, else the default type.
    /// </summary>
    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        bool whole = is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type);
        Device place = device ?? get_default_device();
        int type = (int)(dtype ?? (whole ? ScalarType.Int64 : get_default_dtype()));
        return Recorded(Native.ts_arange(start.Value, stop.Value, step.Value, type, (int)place.type, place.index), requires_grad);
    }

    /// <inheritdoc cref="arange(Scalar, Scalar, Scalar, ScalarType?, Device, bool)"/>
    public static Tensor arange(
        Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>Numbers from 0 to before <paramref name="stop"/>; Int64 if it is an integer, else the default type.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary><paramref name="steps"/> numbers from <paramref name="start"/> to <paramref name="end"/>, both included.</summary>
    public static Tensor linspace(
        double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Device place = device ?? get_default_device();
        int type = (int)(dtype ?? get_default_dtype());
        return Recorded(Native.ts_linspace(start, end, steps, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>
    /// <paramref name="steps"/> powers of <paramref name="base"/>, the exponents evenly from <paramref name="start"/> to
    /// <paramref name="end"/>.
    /// </summary>
    public static Tensor logspace(
        double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        Device place = device ?? get_default_device();
        int type = (int)(dtype ?? get_default_dtype());
        return Recorded(Native.ts_logspace(start, end, steps, @base, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>A matrix with ones on the diagonal; square unless <paramref name="columns"/> is given.</summary>
    public static Tensor eye(
        long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Unnamed(names);
        Device place = device ?? get_default_device();
        int type = (int)(dtype ?? get_default_dtype());
        return Recorded(Native.ts_eye(rows, columns < 0 ? rows : columns, type, (int)place.type, place.index), requires_grad);
    }

    /// <summary>Rows and columns of a matrix's lower triangle.</summary>
    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null)
    {
        Device place = device ?? get_default_device();
        return Native.Tensor(Native.ts_tril_indices(row, col, offset, (int)dtype, (int)place.type, place.index));
    }

    /// <summary>Rows and columns of a matrix's upper triangle.</summary>
    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null)
    {
        Device place = device ?? get_default_device();
        return Native.Tensor(Native.ts_triu_indices(row, col, offset, (int)dtype, (int)place.type, place.index));
    }

    // A new tensor, whose operations are recorded if asked for.
    private static Tensor Recorded(nint handle, bool requires_grad)
    {
        Tensor tensor = Native.Tensor(handle);
        return requires_grad ? tensor.requires_grad_() : tensor;
    }

    private static void Unnamed(string[]? names)
    {
        if (names is not null)
            throw new NotSupportedException("Dimensions can't have names.");
    }
}
