using System.Text.Json;

namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>An axis holds its values and ends at whole numbers of its interval.</summary>
public class RoundAxisTests
{
    [Theory]
    [InlineData(0, 0.026, 0, 0.03, 0.01)]
    [InlineData(0, 0.06, 0, 0.06, 0.02)]
    [InlineData(0, 0.3, 0, 0.3, 0.1)]
    [InlineData(-0.02, 0.021, -0.02, 0.03, 0.01)]
    [InlineData(0, 1, 0, 1, 0.2)]
    [InlineData(0, 3.95, 0, 4, 1)]
    public async Task It_holds_the_values(double low, double high, double min, double max, double interval)
    {
        JsonElement axis = await Browser.Evaluate("theme.js", FormattableString.Invariant($"module.roundAxis({low}, {high})"));
        Assert.Equal(min, axis.GetProperty("min").GetDouble(), 1e-9);
        Assert.Equal(max, axis.GetProperty("max").GetDouble(), 1e-9);
        Assert.Equal(interval, axis.GetProperty("interval").GetDouble(), 1e-9);
    }
}
