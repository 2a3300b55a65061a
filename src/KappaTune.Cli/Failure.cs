using System.Reflection;
using KappaTune.Cli.Commands;
using KappaTune.Cli.Data;

namespace KappaTune.Cli;

/// <summary>What a command ends with when it can't go on: a line that says why, and never a trace that wasn't asked for.</summary>
internal static class Failure
{
    /// <summary>The environment variable that asks for traces.</summary>
    public const string TraceVariable = "KAPPATUNE_TRACE";

    /// <summary>Says what went wrong.</summary>
    /// <param name="command">The command whose options messages are about.</param>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, TextWriter error, Command command)
    {
        Exception cause = CauseOf(exception);
        bool isTraced = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(TraceVariable));
        if (isTraced)
            error.WriteLine(exception);
        if (!IsExpected(cause))
        {
            string hint = isTraced ? "" : $" With {TraceVariable}=1 in the environment, the same command shows where.";
            error.WriteLine($"This should not have happened: {cause.GetType().Name}: {FirstLine(cause)}{hint}");
            return ExitCode.Unexpected;
        }

        string message = PlainText.MessageOf(cause);
        error.WriteLine(cause switch
        {
            TrainingStateMismatchException other => OfAnotherRun(other, command),
            ArgumentException or NotSupportedException or InvalidOperationException or AudioFormatException =>
                OptionNames.Translate(command, message),
            _ => message + RemedyFor(cause),
        });
        return ExitCode.BadInput;
    }

    /// <summary>What the exception says to a program, with the options of the command.</summary>
    private static string OfAnotherRun(TrainingStateMismatchException state, Command command) => PlainText.OneLine(
        $"The training state in {state.Folder} is of another run: {OptionNames.Find(command, state.What)} was {state.Saved} and is "
        + $"{state.Current} now. Set it to what it was, or leave --resume out, and a new run replaces the state.");

    /// <summary>What the system's own messages about files don't say; others end with a remedy.</summary>
    private static string RemedyFor(Exception cause)
    {
        // What an IOException has that no system call led to; and ENOSPC, and Windows's number for it.
        const int OfThisProgram = unchecked((int)0x80131620), NoSpace = 28, DiskFull = unchecked((int)0x80070070);
        if (cause is not (IOException or UnauthorizedAccessException) || cause.HResult == OfThisProgram)
            return "";
        string stop = cause.Message.EndsWith('.') ? "" : ".";
        bool isFull = cause.HResult is NoSpace or DiskFull;
        return stop + (isFull ? " Make room there, or name another place." : " Check the path, and that you may use it.");
    }

    /// <summary>What the library, the tool and the file system say about input; each message names what is wrong.</summary>
    private static bool IsExpected(Exception e) => e is FormatException or ArgumentException or InvalidOperationException or IOException
        or UnauthorizedAccessException or ArithmeticException or OutOfMemoryException or NotSupportedException;

    /// <summary>ML.NET reads rows on other threads, and wraps what is thrown there.</summary>
    private static Exception CauseOf(Exception exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is TableException)
                return inner;
        }

        while (exception is InvalidOperationException or TargetInvocationException or AggregateException
            && exception.InnerException is { } cause && IsExpected(cause))
            exception = cause;
        return exception;
    }

    /// <summary>The tensor library puts its own trace behind its messages.</summary>
    private static string FirstLine(Exception exception) => PlainText.OneLine(exception.Message.Split('\n')[0]);
}
