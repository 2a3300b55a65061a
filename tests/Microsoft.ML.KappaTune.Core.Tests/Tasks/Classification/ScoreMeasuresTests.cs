namespace Microsoft.ML.KappaTune.Tests.Tasks.Classification;

/// <summary>The benchmarks' measures of probabilities, on rows few enough to work out by hand.</summary>
public sealed class ScoreMeasuresTests
{
    [Fact]
    public void Measures_are_those_of_the_definitions()
    {
        // The first two are in one bin, of which one is right; the others in a bin each.
        ScoreMeasures measures = ScoreMeasures.Of([[0.9f, 0.1f], [0.88f, 0.12f], [0.4f, 0.6f], [0.3f, 0.7f]], [0, 1, 1, 1]);
        Assert.Equal(0.75, measures.Accuracy, 1e-6);
        Assert.Equal((1 + 2.0 / 3) / 2, measures.MacroAccuracy, 1e-6);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.12) + Math.Log(0.6) + Math.Log(0.7)) / 4, measures.LogLoss, 1e-6);
        Assert.Equal((Math.Abs(0.9 + 0.88 - 1) + (1 - 0.6) + (1 - 0.7)) / 4, measures.CalibrationError, 1e-6);
    }

    [Fact]
    public void What_is_sure_is_either_right_or_very_wrong()
    {
        Assert.Equal(new ScoreMeasures(1, 1, 0, 0), ScoreMeasures.Of([[1, 0], [0, 1]], [0, 1]));
        ScoreMeasures wrong = ScoreMeasures.Of([[1, 0]], [1]);
        Assert.Equal((0.0, 0.0, 1.0), (wrong.Accuracy, wrong.MacroAccuracy, wrong.CalibrationError));
        Assert.Equal(-Math.Log(1e-15), wrong.LogLoss, 1e-9);
    }
}
