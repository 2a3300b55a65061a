using System.Text.Json;

namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>Axes of shares lie within 0 and 100 %, and say so where they don't begin at 0.</summary>
public class ShareAxisTests
{
    [Theory]
    [InlineData("[0.313, 0.32]", false, 0.26, 0.38, "axis from 26 %")]
    [InlineData("[0.92, 0.99, 1]", false, 0.9, 1, "axis from 90 %")]
    [InlineData("[0.05, 0.06]", false, 0, 0.12, "")]
    [InlineData("[0.5, 0.9]", false, 0, 1, "")]
    [InlineData("[0.313]", false, 0, 1, "")]
    [InlineData("[0, 1]", false, 0, 1, "")]
    [InlineData("[]", false, 0, 1, "")]
    [InlineData("[undefined, 0.4]", false, 0, 1, "")]
    [InlineData("[0.313, 0.32]", true, 0, 0.4, "")]
    [InlineData("[0.97, 0.98]", true, 0, 1, "")]
    public async Task It_holds_the_values(string values, bool bars, double min, double max, string note)
    {
        JsonElement made = await Browser.Evaluate("theme.js", $"module.shareAxis({values}, {{ bars: {(bars ? "true" : "false")} }})");
        JsonElement axis = made.GetProperty("axis");
        Assert.Equal(min, axis.GetProperty("min").GetDouble(), 1e-9);
        Assert.Equal(max, axis.GetProperty("max").GetDouble(), 1e-9);
        Assert.Equal(note, made.GetProperty("note").GetString());
        // The last tick is the axis's end.
        double steps = (max - min) / axis.GetProperty("interval").GetDouble();
        Assert.Equal(Math.Round(steps), steps, 1e-6);
    }
}
