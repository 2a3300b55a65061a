using System.CommandLine.Parsing;
using KappaTune.Cli.Data;
using Microsoft.ML.KappaTune.Inference.LabelWords;

namespace KappaTune.Cli.Commands;

/// <summary>The options that say with which words a language model tells classes, and after which prompt.</summary>
internal sealed class LabelWordOptions
{
    private readonly Option<string> _prompt;

    private readonly Option<string> _words = new Option<string>("--words")
    {
        Description = "The words that complete prompts, by labels, such as 0=no,1=yes (default: the labels themselves).",
        HelpName = "LIST",
    }.Checked(value => WordsOf(value));

    private readonly PropertyOptions<ClassLabels> _scores;

    /// <summary>Adds the options to the command.</summary>
    /// <param name="lead">What help says first of the prompt; empty for nothing.</param>
    /// <param name="columns">Which columns there are to prompt with.</param>
    /// <param name="areUsed">Whether on a command line classes are words.</param>
    public LabelWordOptions(Command command, string lead, ColumnOptions columns, Func<LabelWordOptions, CommandResult, bool> areUsed)
    {
        _prompt = new Option<string>("--prompt")
        {
            Description = $"{lead}What the model completes with a row's class; {PromptPlaces.Text} stands for the row's text, "
                + $@"{PromptPlaces.Pair} for the second, \n for a line break (default: {PromptPlaces.Text}\n, with --text2 "
                + $@"{PromptPlaces.Pair}\n, and the label column's name with a colon).",
            HelpName = "TEMPLATE",
        }.Checked(value => ClassLabels.AsWords(CommonOptions.TextOf(value)));
        command.AddOptions(_prompt, _words);
        _scores = new(command, ClassLabels.AsOutputs);
        All =
        [
            _prompt, _words,
            _scores.Add(
                "--word-scores", nameof(ClassLabels.Scores),
                help: "How scores follow from the words' likelihoods: likelihood (default), per-token, so that length makes no word "
                    + "unlikely, or calibrated, so that frequent words gain nothing by being so."),
        ];
        OptionNames.Add(command, nameof(ClassLabels.Words), _words.Name);
        command.AddCheck(result =>
        {
            if (!areUsed(this, result) || result.GetValue(_prompt) is not { } prompt)
                return;
            bool hasPair = prompt.Contains(PromptPlaces.Pair, StringComparison.Ordinal);
            if (hasPair && columns.Read(result).Text2 is null)
                result.AddError($"{_prompt.Name} has {PromptPlaces.Pair}, for which the second text stands: name its column with --text2.");
            if (!hasPair && columns.Read(result).Text2 is not null)
                result.AddError($"{_prompt.Name} has no {PromptPlaces.Pair}, for which the second text of --text2 stands.");
        });
    }

    /// <summary>All of the options.</summary>
    public Option[] All { get; }

    /// <summary>Whether any is given.</summary>
    public bool AreGiven(SymbolResult result) => All.Any(result.IsGiven);

    /// <summary>What the command line says, or the defaults.</summary>
    public ClassLabels Read(ParseResult result, TextColumns columns)
    {
        string texts = columns.Text2 is null ? PromptPlaces.Text : $"{PromptPlaces.Text}\n{PromptPlaces.Pair}";
        string prompt = result.GetValue(_prompt) is { } given ? CommonOptions.TextOf(given) : $"{texts}\n{columns.Label}:";
        return _scores.Apply(result, ClassLabels.AsWords(prompt, WordsOf(result.GetValue(_words) ?? "")));
    }

    private static Dictionary<string, string> WordsOf(string list)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2, StringSplitOptions.TrimEntries);
            CommonOptions.Require(
                parts is [{ Length: > 0 }, { Length: > 0 }] && !words.ContainsKey(parts[0]),
                $"'{pair}' isn't LABEL=WORD, each label once, such as 0=no,1=yes.");
            string? other = words.FirstOrDefault(known => known.Value == parts[1]).Key;
            CommonOptions.Require(other is null, $"'{pair}' has the word of the label {other}; each needs one of its own.");
            words.Add(parts[0], parts[1]);
        }

        return words;
    }
}
