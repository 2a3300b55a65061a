using System.CommandLine.Parsing;
using Microsoft.ML.KappaTune.IO;

namespace KappaTune.Cli.Commands;

/// <summary>What somebody may have meant by an option or a command that there isn't.</summary>
internal static class DidYouMean
{
    // Distances: of names too unlike to be a suggestion, and of names that have their words in common.
    private const int Unlike = 4, SameWords = 2;

    /// <summary>A sentence to put behind the error; empty where nothing is alike.</summary>
    public static string Hint(ParseError problem, ParseResult result)
    {
        string? typed = result.UnmatchedTokens.FirstOrDefault(token => problem.Message.Contains($"'{token}'", StringComparison.Ordinal));
        if (BudgetOptions.AreIn(result.CommandResult.Command))
        {
            if (typed is not null && Plain(typed.Split('=')[0]).Split('-').Contains("budget"))
                return $" Did you mean {BudgetOptions.Names}?";
            // An option of that name bounds what is selected.
            if (problem.Message.StartsWith("--budget", StringComparison.Ordinal))
                return $" What may be lost of what the base knew is {BudgetOptions.Names}.";
        }

        return typed is not null && Find(typed, result) is { } meant ? $" Did you mean {meant}?" : "";
    }

    private static string? Find(string typed, ParseResult result)
    {
        Command command = result.CommandResult.Command, root = result.RootCommandResult.Command;
        IEnumerable<Symbol> symbols = typed.StartsWith('-') ? command.Options.Concat(root.Options) : command.Subcommands;
        string word = Plain(typed.Split('=')[0]);
        (string Name, int Distance) best = symbols.Where(symbol => !symbol.Hidden)
            .SelectMany(symbol => symbol is Option option ? option.Aliases.Where(IsLong).Prepend(option.Name) : [symbol.Name])
            .Select(name => (Name: name, Distance: Distance(word, Plain(name))))
            .DefaultIfEmpty((Name: "", Distance: Unlike))
            .MinBy(other => (other.Distance, -other.Name.Length));
        return best.Distance < Unlike ? best.Name : null;
    }

    // One letter is like any other.
    private static bool IsLong(string alias) => alias.StartsWith("--", StringComparison.Ordinal);

    private static string Plain(string name) => name.TrimStart('-').Replace('_', '-').ToLowerInvariant();

    private static int Distance(string typed, string name)
    {
        string[] words = typed.Split('-'), others = name.Split('-');
        bool areInitials = words.Length > 1 && string.Concat(words.Select(word => word.FirstOrDefault())) == name;
        bool isPart = others.All(words.Contains)
            || (typed.Length > 2 && (words.All(others.Contains) || name.StartsWith(typed, StringComparison.Ordinal)));
        int alike = EditDistance.Find(typed, name) ?? Unlike;
        return areInitials || isPart ? Math.Min(SameWords, alike) : alike;
    }
}
