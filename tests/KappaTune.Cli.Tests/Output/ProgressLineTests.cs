using System.Text.RegularExpressions;
using KappaTune.Cli.Output;
using Spectre.Console;

namespace KappaTune.Cli.Tests.Output;

/// <summary>Progress is one line with a percentage and a bar, however wide the terminal is.</summary>
public partial class ProgressLineTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(120)]
    public void One_line_with_its_percentage_and_bar(int width)
    {
        string[] lines = Lines(width, "Epoch 12/40", "loss 0.123", "1 h 12 min left", "step 12,345/67,890", "1,234 rows/s", "lr [1.0e-4]");
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        string last = lines.Last(line => line.Contains("Epoch", StringComparison.Ordinal));
        Assert.Matches(@"^ *50% ━+ *Epoch 12/40, loss 0\.123", last);
        Assert.Equal(width >= 120, last.Contains("lr [1.0e-4]", StringComparison.Ordinal));
        Assert.DoesNotContain("…", last);
    }

    [Fact]
    public void What_is_too_long_by_itself_is_shortened()
    {
        string last = Lines(70, new string('x', 50) + new string('y', 50)).Last(line => line.Contains('x'));
        Assert.Matches("^ *50% ━+ *x+…y+$", last);
        Assert.InRange(last.Length, 60, 70);
    }

    /// <summary>All that a terminal was told to show, line by line, without colours.</summary>
    private static string[] Lines(int width, params string[] parts)
    {
        using var written = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(written),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
        });
        console.Profile.Width = width;
        ProgressLine.Show(console, "Reading", line =>
        {
            line.Set(5, 10, parts);
            return 0;
        });
        return [.. Codes().Replace(written.ToString(), "").Split('\n', '\r').Select(line => line.TrimEnd())];
    }

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Codes();
}
