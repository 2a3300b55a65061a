using System.CommandLine.Invocation;
using KappaTune.Cli.Commands;

namespace KappaTune.Cli;

/// <summary>The whole command line, from arguments to the exit code.</summary>
internal static class Application
{
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var root = new RootCommand("Fine-tunes pre-trained text models on their low-condition-number tensors, in ML.NET.")
        {
            new ScanCommand(),
            SelectCommand.Create(),
            MergeCommand.Create(),
            new PretrainCommand(),
            new TuneCommand(),
            EvaluateCommand.Create(),
            PredictCommand.Create(),
            new GenerateCommand(),
            new RetentionCommand(),
            new CompareCommand(),
            CompareCellCommand.Create(),
            ReportCommand.Create(),
            DemoCommand.Create(),
            InfoCommand.Create(),
            CompletionCommand.Create(),
        };
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // Interruption handles the signals: a tensor may take longer than any time limit.
            ProcessTerminationTimeout = null,
        };
        ParseResult result;
        try
        {
            result = root.Parse(arguments);
        }
        catch (InvalidOperationException e)
        {
            // A command's check asked for a value that isn't among the allowed ones, which the message names.
            return WrongUsage([e.Message], root.Subcommands.FirstOrDefault(command => arguments.Contains(command.Name)));
        }

        // Help and --version stand above errors.
        if (result.Action is ParseErrorAction)
        {
            const string NoCommand = "Required command was not provided.";
            Command command = result.CommandResult.Command;
            return WrongUsage(
                result.Errors.Where(problem => problem.Message != NoCommand || result.UnmatchedTokens.Count == 0)
                    .Select(problem => problem.Message + DidYouMean.Hint(problem, result)),
                command == root ? null : command);
        }

        try
        {
            return await result.InvokeAsync(configuration, cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            // A command that has more to say has said it in the message.
            error.WriteLine(e.InnerException is OperationCanceledException ? PlainText.MessageOf(e) : "Cancelled.");
            return ExitCode.Cancelled;
        }
        catch (Exception e)
        {
            return Failure.Report(e, error, result.CommandResult.Command);
        }

        int WrongUsage(IEnumerable<string> problems, Command? command)
        {
            foreach (string problem in problems)
                error.WriteLine(PlainText.OneLine(problem));
            error.WriteLine($"See: kappatune {(command is null ? "" : $"{command.Name} ")}--help");
            return ExitCode.WrongUsage;
        }
    }
}
