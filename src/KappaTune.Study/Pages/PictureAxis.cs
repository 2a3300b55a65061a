using System.Globalization;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>A linear axis of a picture, from round numbers to round numbers.</summary>
internal sealed class PictureAxis
{
    private readonly double _step;
    private readonly double _start;
    private readonly double _end;

    /// <param name="values">All that has to be on the axis; at least one.</param>
    /// <param name="start">Where its low end is in the picture.</param>
    /// <param name="end">Where its high end is.</param>
    /// <param name="most">What no value is above, such as 1 for shares.</param>
    public PictureAxis(IReadOnlyCollection<double> values, double start, double end, double most = double.PositiveInfinity)
    {
        (double low, double high) = (values.Min(), values.Max());
        // An axis of one value needs a width, too.
        if (high <= low)
            high = Math.Min(low + Math.Max(Math.Abs(low), 1e-3), most);
        if (high <= low)
            low = 0;
        double span = high - low;
        double power = Math.Pow(10, Math.Floor(Math.Log10(span / 4)));
        _step = power * new[] { 1, 2, 2.5, 5, 10 }.First(factor => span / (power * factor) <= 5);
        Low = Math.Floor(low / _step + 1e-9) * _step;
        High = Math.Ceiling(high / _step - 1e-9) * _step;
        (_start, _end) = (start, end);
    }

    public double Low { get; }

    public double High { get; }

    public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((High - Low) / _step) + 1).Select(index => Low + index * _step);

    /// <summary>Where a value is in the picture.</summary>
    public double At(double value) => _start + (value - Low) / (High - Low) * (_end - _start);

    /// <summary>A tick with as many decimals as its neighbours need.</summary>
    public string Text(double tick)
    {
        if (Math.Abs(tick) < _step / 2)
            return "0";
        int decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(_step) - 1e-9));
        string format = "0." + new string('0', decimals) + (Math.Abs(_step * Math.Pow(10, decimals) % 1) > 1e-6 ? "0" : "");
        string text = Math.Abs(tick).ToString(format, CultureInfo.InvariantCulture);
        return tick < 0 ? "−" + text : text;
    }
}
