using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;

namespace KappaTune.Cli.Commands;

/// <summary>
/// What commands check of their options together. The parser's own checks of a command end its checks of values, so that one mistake would
/// hide others; these come behind them.
/// </summary>
internal static class CommandChecks
{
    private static readonly ConditionalWeakTable<Command, List<Action<CommandResult>>> Known = [];

    /// <summary>Adds a check that makes errors of usage of what doesn't go together.</summary>
    /// <param name="check">Isn't run to its end where it asks for a value that is wrong, so it is about one thing.</param>
    public static void AddCheck(this Command command, Action<CommandResult> check) => Known.GetOrCreateValue(command).Add(check);

    /// <summary>Whether the command line has the option. Once values are checked, flags that it hasn't have a result, too.</summary>
    public static bool IsGiven(this SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>All that is wrong with a command line: values by themselves first, then what doesn't go together.</summary>
    public static IEnumerable<ParseError> Problems(ParseResult result)
    {
        CommandResult command = result.CommandResult;
        // Help and --version stand above errors.
        if (result.Action is not ParseErrorAction && result.Action != command.Command.Action)
            return [];
        foreach (Action<CommandResult> check in Known.GetOrCreateValue(command.Command))
        {
            try
            {
                check(command);
            }
            catch (InvalidOperationException) when (result.Errors.Count > 0)
            {
                // The value that it asked for is wrong, which is among the errors.
            }
        }

        // A value that is asked for again is told again.
        return result.Errors.Concat(command.Errors).DistinctBy(problem => problem.Message);
    }
}
