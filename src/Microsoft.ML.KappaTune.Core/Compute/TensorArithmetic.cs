using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Arithmetic of tensors with numbers, and sums of tensors. TorchSharp makes a number a <see cref="Scalar"/> and hands only its address to
/// libtorch, so that a garbage collection on another thread may free it while libtorch reads it; even a plain sum of two tensors has such a
/// number, a hidden factor. Here every Scalar outlives its call, and BannedSymbols.txt forbids what makes them elsewhere.
/// </summary>
internal static class TensorArithmetic
{
#pragma warning disable RS0030 // The one place that makes Scalars.
    private static readonly Scalar One = 1;

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor PlusInPlace(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x + number·y, in x.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y, double number) => With(number, scalar => x.add_(y, scalar));

    public static Tensor Plus(this Tensor x, double number) => With(number, scalar => x.add(scalar, One));

    /// <summary>x + number, in x, of any floating type.</summary>
    public static Tensor PlusInPlace(this Tensor x, double number) => With(number, scalar => x.add_(scalar, One));

    /// <summary>x + number, in x, of an integer type.</summary>
    public static Tensor PlusInPlace(this Tensor x, long number) => With(number, scalar => x.add_(scalar, One));

    public static Tensor Times(this Tensor x, double number) => With(number, scalar => x.mul(scalar));

    public static Tensor TimesInPlace(this Tensor x, double number) => With(number, scalar => x.mul_(scalar));

    public static Tensor DividedBy(this Tensor x, double number) => With(number, scalar => x.div(scalar));

    public static Tensor DividedByInPlace(this Tensor x, double number) => With(number, scalar => x.div_(scalar));

    /// <summary>x + number · y · z, in x.</summary>
    public static Tensor PlusProductInPlace(this Tensor x, Tensor y, Tensor z, double number) =>
        With(number, scalar => x.addcmul_(y, z, scalar));

    /// <summary>x + number · y / z, in x.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor x, Tensor y, Tensor z, double number) =>
        With(number, scalar => x.addcdiv_(y, z, scalar));

    /// <summary>x with each row of y added to the row of x of this number, in x.</summary>
    public static Tensor PlusRowsInPlace(this Tensor x, Tensor numbers, Tensor y) => x.index_add_(0, numbers, y, One);

    /// <summary>x, or the number where x is less.</summary>
    public static Tensor AtLeast(this Tensor x, double number) => With(number, scalar => x.clamp_min(scalar));

    /// <summary>x, or the number where x is more, or minus the number where x is less than that.</summary>
    public static Tensor Within(this Tensor x, double number)
    {
        using Scalar least = -number, most = number;
        return x.clamp(least, most);
    }

    /// <summary>x², by a product.</summary>
    public static Tensor Squared(this Tensor x) => x.mul(x);

    /// <summary>Where x, of an integer type, has this number.</summary>
    public static Tensor IsEqualTo(this Tensor x, long number) => With(number, scalar => x.eq(scalar));

    public static Tensor FillInPlace(this Tensor x, double number) => With(number, scalar => x.fill_(scalar));

    private static Tensor With(Scalar number, Func<Scalar, Tensor> operation)
    {
        using (number)
            return operation(number);
    }
#pragma warning restore RS0030
}
