namespace Microsoft.ML.Calibrators;

/// <summary>A sigmoid: the probability of a score x is 1 / (1 + exp(Slope · x + Offset)).</summary>
public sealed class PlattCalibrator : ICalibrator
{
    internal PlattCalibrator(double slope, double offset)
    {
        Slope = slope;
        Offset = offset;
    }

    /// <summary>The slope; negative where higher scores are more probable.</summary>
    public double Slope { get; }

    /// <summary>The offset.</summary>
    public double Offset { get; }

    /// <inheritdoc/>
    public float PredictProbability(float output) => (float)(1 / (1 + Math.Exp(Slope * output + Offset)));
}
