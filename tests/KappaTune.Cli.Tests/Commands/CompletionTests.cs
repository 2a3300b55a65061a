using System.Diagnostics;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>A shell completes what the program has.</summary>
public class CompletionTests
{
    [Theory]
    [InlineData("kappatune ev", "evaluate")]
    [InlineData("kappatune tr", "transcribe")]
    [InlineData("kappatune tune --mel-scale ", "htk slaney")]
    [InlineData("kappatune tune --lab", "--label --label-smoothing")]
    [InlineData("kappatune tune --max-", "--max-drift --max-kl --max-length --max-seconds --max-time --max-tokens")]
    [InlineData("kappatune tune --zzz", "")]
    [InlineData("kappatune scan model --precision ", "exact ranking")]
    [InlineData("kappatune scan model --precision r", "ranking")]
    [InlineData("kappatune predict m.zip --data ", "")]
    [InlineData("kappatune completion b", "bash")]
    public void In_bash(string typed, string completions) =>
        Assert.Equal(completions.Split(' ', StringSplitOptions.RemoveEmptyEntries), Complete(typed).Order());

    [Fact]
    public void Options_wait_for_a_dash()
    {
        Assert.All(Complete("kappatune "), word => Assert.Matches("^[a-z]+$", word));
        Assert.DoesNotContain("compare-cell", Complete("kappatune "));
        Assert.Contains("--data", Complete("kappatune predict -"));
    }

    [Fact]
    public void Another_shell_s_script_is_another()
    {
        Assert.Contains("Register-ArgumentCompleter -Native -CommandName kappatune", Tool.Run("completion", "powershell").Output);
        Assert.Equal(ExitCode.WrongUsage, Tool.Run("completion", "sh").ExitCode);
    }

    /// <summary>What bash shows for a line that ends where its cursor is.</summary>
    private static string[] Complete(string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows comes without bash.");
        string last = line[(line.LastIndexOf(' ') + 1)..];
        string script = $"""
            {Tool.Run("completion", "bash").Output}
            COMP_LINE='{line}' COMP_POINT={line.Length}
            _kappatune '{Tool.Program}' '{last}'
            printf '%s\n' "${"{COMPREPLY[@]}"}"
            """;
        using Process bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        string output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
