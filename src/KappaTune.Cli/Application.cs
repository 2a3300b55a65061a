using System.CommandLine.Parsing;
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
            new EvaluateCommand(),
            PredictCommand.Create(),
            new GenerateCommand(),
            new TranscribeCommand(),
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
        ParseResult result = root.Parse(arguments);
        const string NoCommand = "Required command was not provided.";
        string[] problems =
        [
            .. CommandChecks.Problems(result)
                .Where(problem => problem.Message != NoCommand || result.UnmatchedTokens.Count == 0)
                .Select(problem => PlainText.OneLine(Named(problem) + DidYouMean.Hint(problem, result))),
        ];
        if (problems.Length > 0)
        {
            foreach (string problem in problems)
                error.WriteLine(problem);
            Command command = result.CommandResult.Command;
            error.WriteLine($"See: kappatune {(command == root ? "" : $"{command.Name} ")}--help");
            return ExitCode.WrongUsage;
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
    }

    /// <summary>The parser's own message of a value that isn't among an option's doesn't say of which.</summary>
    private static string Named(ParseError problem)
    {
        SymbolResult? place = problem.SymbolResult is ArgumentResult value ? value.Parent : problem.SymbolResult;
        return place is OptionResult { Option.Name: var name } && !problem.Message.Contains(name, StringComparison.Ordinal)
            ? $"{name}: {problem.Message}"
            : problem.Message;
    }
}
