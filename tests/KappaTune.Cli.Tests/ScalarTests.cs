using Microsoft.ML.KappaTune.Tests.Compute;

namespace KappaTune.Cli.Tests;

/// <summary>Nor does the tool call what makes a Scalar.</summary>
public class ScalarTests
{
    [Fact]
    public void The_tool_makes_no_scalars()
    {
        using var calls = new ScalarCalls(AppContext.BaseDirectory);
        Assert.Empty(calls.In(typeof(Application).Assembly.Location));
    }
}
