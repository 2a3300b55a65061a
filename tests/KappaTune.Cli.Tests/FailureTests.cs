using System.CommandLine;
using System.Diagnostics;
using System.Reflection;

namespace KappaTune.Cli.Tests;

/// <summary>What ends a command is said in one line, whatever it is; only who asks for a trace gets one.</summary>
public class FailureTests
{
    public static TheoryData<Exception, int, string> Ends => new()
    {
        { new NotFiniteNumberException("The loss of step 3 is NaN."), ExitCode.BadInput, "The loss of step 3 is NaN." },
        { new DivideByZeroException("No rows."), ExitCode.BadInput, "No rows." },
        {
            new AggregateException(new InvalidOperationException("outer", new FormatException("Line 3\nis cut."))), ExitCode.BadInput,
            "Line 3 is cut."
        },
        { new TargetInvocationException(new NotFiniteNumberException("NaN.")), ExitCode.BadInput, "NaN." },
        { new ArgumentException("A wrong name.", "name"), ExitCode.BadInput, "A wrong name." },
        { new IOException("a is in use. Name another."), ExitCode.BadInput, "a is in use. Name another." },
        {
            new IOException("No space left on device : 'a'", 28), ExitCode.BadInput,
            "No space left on device : 'a'. Make room there, or name another place."
        },
        {
            new IOException("Input/output error : 'a'", 5), ExitCode.BadInput,
            "Input/output error : 'a'. Check the path, and that you may use it."
        },
        {
            new FileNotFoundException("Could not find 'a'."), ExitCode.BadInput,
            "Could not find 'a'. Check the path, and that you may use it."
        },
        {
            new NullReferenceException("Oh.\n   at a place"), ExitCode.Unexpected,
            "This should not have happened: NullReferenceException: Oh. With KAPPATUNE_TRACE=1 in the environment, the same command "
                + "shows where."
        },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void One_line_and_an_exit_code(Exception exception, int exitCode, string line)
    {
        using var error = new StringWriter();
        Assert.Equal(exitCode, Failure.Report(exception, error, new Command("test")));
        Assert.Equal(line, error.ToString().TrimEnd());
    }

    [Fact]
    public void The_codes_are_what_the_documentation_says() =>
        Assert.Equal((0, 1, 2, 70, 130), (ExitCode.Done, ExitCode.BadInput, ExitCode.WrongUsage, ExitCode.Unexpected, ExitCode.Cancelled));

    [Theory]
    [InlineData("1", true)]
    [InlineData("", false)]
    public void A_trace_is_for_who_asks(string value, bool isTraced)
    {
        using Process program = Tool.Start(
            new Dictionary<string, string?> { [Failure.TraceVariable] = value }, "scan", "absent.safetensors");
        string error = program.StandardError.ReadToEnd();
        program.WaitForExit();
        Assert.Equal(ExitCode.BadInput, program.ExitCode);
        Assert.EndsWith("absent.safetensors: there is no such file or folder. Check the path.", error.TrimEnd());
        Assert.Equal(isTraced, error.Contains("   at ", StringComparison.Ordinal));
    }
}
