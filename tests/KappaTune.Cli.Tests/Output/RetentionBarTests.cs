using KappaTune.Cli.Output;

namespace KappaTune.Cli.Tests.Output;

/// <summary>What is written of a measurement where there is no terminal.</summary>
public class RetentionBarTests
{
    [Fact]
    public void Every_tenth_has_a_line_and_the_end_its_own()
    {
        using var written = new StringWriter();
        RetentionBar.Show(written, progress =>
        {
            for (int done = 8; done <= 200; done += 8)
                progress(done, 200);
            return new() { Text = "control.txt", Windows = 200, Tokens = 5000, MaskedTokens = 750, Drift = [] };
        });
        string[] expected =
        [
            .. new[] { 24, 40, 64, 80, 104, 120, 144, 160, 184 }.Select(done => $"Measuring what was kept: {done}/200"),
            "Measured 200 windows of control.txt",
        ];
        Assert.Equal(expected, written.ToString().TrimEnd().Split(Environment.NewLine));
    }
}
