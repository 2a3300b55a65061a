using KappaTune.Cli.Output;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace KappaTune.Cli.Tests.Output;

public class WarningsTests
{
    [Theory]
    [InlineData(false, "Warning: 1 of 2 were cut.", "Warning: 3 of 4 were cut.", "Warning: Another.")]
    [InlineData(true, "Warning: 1 of 2 were cut. Later rows gave the same warning, with other numbers.", "Warning: Another.")]
    public void What_each_portion_of_a_stream_warns_of_is_told_once(bool areOfPortions, params string[] expected)
    {
        var mlContext = new MLContext();
        using var writer = new StringWriter();
        using (new Warnings(mlContext, writer, areOfPortions))
        {
            using IChannel channel = ((IHostEnvironment)mlContext).Start("Test");
            foreach (string message in (string[])["1 of 2 were cut.", "3 of 4 were cut.", "3 of 4 were cut.", "Another."])
                channel.Warning(MessageSensitivity.None, message);
        }

        Assert.Equal(expected, writer.ToString().TrimEnd().Split(Environment.NewLine));
    }
}
