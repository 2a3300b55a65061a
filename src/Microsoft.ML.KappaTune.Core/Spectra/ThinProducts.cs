namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// Products in float64 of a matrix W [m, n], in whatever type it is stored, with a few vectors. W is multiplied by
/// <paramref name="scale"/> first: a power of two, so nothing is rounded.
/// </summary>
internal sealed class ThinProducts(Tensor matrix, double scale)
{
    // So many converted values stay in a core's own cache until they are used: a product in float64 then takes no longer than one in
    // float32, which waits for memory.
    private const long PanelValues = 1 << 17;

    private readonly long _rows = matrix.shape[0];
    private readonly Tensor _panel = empty(new[] { Math.Max(16, PanelValues / matrix.shape[1]), matrix.shape[1] }, float64, matrix.device);

    private long PanelRows => _panel.shape[0];

    /// <summary>W·x; x is [n, k].</summary>
    public Tensor Times(Tensor x)
    {
        Tensor result = empty(new[] { x.shape[1], _rows }, float64, matrix.device).t();
        for (long row = 0; row < _rows; row += PanelRows)
        {
            using var scope = NewDisposeScope();
            result.narrow(0, row, Height(row)).copy_(Panel(row).TimesFew(x));
        }

        return result.TimesInPlace(scale);
    }

    /// <summary>Wᵀ·y; y is [m, k].</summary>
    public Tensor TransposeTimes(Tensor y) =>
        Sum(y.shape[1], (row, panel) => panel.t().TimesFew(y.narrow(0, row, Height(row)))).TimesInPlace(scale);

    /// <summary>Wᵀ·(W·x), in one pass over W; x is [n, k].</summary>
    public Tensor GramTimes(Tensor x) => Sum(x.shape[1], (_, panel) => panel.t().TimesFew(panel.TimesFew(x))).TimesInPlace(scale * scale);

    private Tensor Sum(long vectors, Func<long, Tensor, Tensor> product)
    {
        Tensor sum = zeros(new[] { vectors, matrix.shape[1] }, float64, matrix.device).t();
        for (long row = 0; row < _rows; row += PanelRows)
        {
            using var scope = NewDisposeScope();
            sum.PlusInPlace(product(row, Panel(row)));
        }

        return sum;
    }

    private Tensor Panel(long row)
    {
        Tensor stored = matrix.narrow(0, row, Height(row));
        return stored.dtype == float64 ? stored : _panel.narrow(0, 0, stored.shape[0]).copy_(stored);
    }

    private long Height(long row) => Math.Min(PanelRows, _rows - row);
}
