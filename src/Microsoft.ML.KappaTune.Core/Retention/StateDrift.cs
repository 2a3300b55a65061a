namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// How far the states of one layer moved, from batches of both models' states. Only sums are kept: per window those of the cosine
/// distances, and over all the products of both models' states, [H, H], in float64.
/// </summary>
internal sealed class StateDrift : IDisposable
{
    private readonly List<double> _distances = [];
    private Tensor? _shiftX, _shiftY, _sumX, _sumY, _xx, _yy, _xy;
    private long _count;

    /// <summary>The sum of a window's cosine distances, for every window so far.</summary>
    public double[] Distances => [.. _distances];

    /// <summary>The sum of the cosine distances of each window's tokens.</summary>
    /// <param name="real">1 for a token, 0 for padding, [B, T], on the same device.</param>
    public static double[] DistancesOf(Tensor before, Tensor after, Tensor real)
    {
        using var scope = NewDisposeScope();
        Tensor x = before.to(ScalarType.Float64), y = after.to(ScalarType.Float64);
        // The same expression gives all three products, so that equal states have a distance of exactly 0.
        Tensor cosine = Dot(x, y) / (Dot(x, x) * Dot(y, y)).sqrt(), distance = cosine.ones_like() - cosine;
        return [.. where(real.to(ScalarType.Bool), distance, zeros_like(distance)).sum(1L).cpu().data<double>()];
    }

    /// <param name="before">The base model's states, [B, T, H].</param>
    /// <param name="after">The tuned model's.</param>
    /// <param name="real">1 for a token, 0 for padding, [B, T], on the same device.</param>
    public void Add(Tensor before, Tensor after, Tensor real)
    {
        using var scope = NewDisposeScope();
        _distances.AddRange(DistancesOf(before, after, real));
        Tensor x = before.to(ScalarType.Float64), y = after.to(ScalarType.Float64);

        // Padding is left out instead of zeroed, so that its amount doesn't change how sums are rounded. The first batch's mean is
        // subtracted, which changes no covariance: states that are close together and far from 0 would lose digits otherwise.
        Tensor places = real.to(ScalarType.Bool).flatten().nonzero().squeeze(1);
        x = x.flatten(0, 1).index_select(0, places);
        y = y.flatten(0, 1).index_select(0, places);
        _shiftX ??= x.mean([0L]).DetachFromDisposeScope();
        _shiftY ??= y.mean([0L]).DetachFromDisposeScope();
        x = x - _shiftX;
        y = y - _shiftY;
        _count += x.shape[0];
        Sum(ref _sumX, x.sum(0L));
        Sum(ref _sumY, y.sum(0L));
        Sum(ref _xx, Products(x, x));
        Sum(ref _yy, Products(y, y));
        Sum(ref _xy, Products(x, y));
    }

    /// <summary>Linear CKA of all states so far: ‖cov(x, y)‖² / (‖cov(x)‖ ‖cov(y)‖), with Frobenius norms.</summary>
    public double LinearCka()
    {
        using var scope = NewDisposeScope();
        double xx = Square(_xx!, _sumX!, _sumX!), yy = Square(_yy!, _sumY!, _sumY!), xy = Square(_xy!, _sumX!, _sumY!);
        return xy / Math.Sqrt(xx * yy);
    }

    public void Dispose()
    {
        foreach (Tensor? tensor in (Tensor?[])[_shiftX, _shiftY, _sumX, _sumY, _xx, _yy, _xy])
            tensor?.Dispose();
    }

    private double Square(Tensor products, Tensor sumX, Tensor sumY) =>
        (products.DividedBy(_count) - outer(sumX.DividedBy(_count), sumY.DividedBy(_count))).Squared().sum().item<double>();

    private static Tensor Dot(Tensor x, Tensor y) => (x * y).sum(-1L);

    /// <summary>The costliest step: in float32, which is several times as fast and exact enough for one batch.</summary>
    private static Tensor Products(Tensor x, Tensor y) => x.to(ScalarType.Float32).t().mm(y.to(ScalarType.Float32)).to(ScalarType.Float64);

    private static void Sum(ref Tensor? sum, Tensor part)
    {
        if (sum is null)
            sum = part.DetachFromDisposeScope();
        else
            sum.PlusInPlace(part);
    }
}
