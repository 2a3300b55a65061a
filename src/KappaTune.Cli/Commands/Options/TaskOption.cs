using System.CommandLine.Parsing;

namespace KappaTune.Cli.Commands;

/// <summary>What a model is to learn: to tell classes of texts or, of a language model, how texts go on, or to hear.</summary>
internal sealed class TaskOption
{
    private const string Classification = "classification", LanguageModel = "lm", Speech = "speech";

    private readonly Option<string> _task;

    /// <summary>Adds the option to the command.</summary>
    /// <param name="ofClasses">What it is for classes.</param>
    /// <param name="ofLanguageModel">What it is for a language model.</param>
    /// <param name="ofSpeech">What it is for one that hears; null where the command has no such task.</param>
    public TaskOption(Command command, string ofClasses, string ofLanguageModel, string? ofSpeech = null)
    {
        string hearing = ofSpeech is null ? "" : $" {Speech}: {ofSpeech}.";
        _task = new("--task")
        {
            Description = $"{Classification}: {ofClasses} (default). {LanguageModel}: {ofLanguageModel}.{hearing}",
        };
        _task.AcceptOnlyFromAmong(
            ofSpeech is null ? [Classification, LanguageModel] : [Classification, LanguageModel, Speech]);
        command.Options.Add(_task);
    }

    public bool IsLanguageModel(SymbolResult result) => result.GetValue(_task) == LanguageModel;

    public bool IsSpeech(SymbolResult result) => result.GetValue(_task) == Speech;

    /// <summary>
    /// Makes errors of usage of options that are given and belong to other tasks. An option may belong to several; those that are in no
    /// list belong to all.
    /// </summary>
    public void Divide(Command command, Option[] ofClasses, Option[] ofLanguageModel, Option[]? ofSpeech = null)
    {
        (string Name, Option[] Options)[] tasks =
            [(Classification, ofClasses), (LanguageModel, ofLanguageModel), (Speech, ofSpeech ?? [])];
        command.AddCheck(result =>
        {
            string task = IsLanguageModel(result) ? LanguageModel : IsSpeech(result) ? Speech : Classification;
            foreach (Option option in tasks.SelectMany(its => its.Options).Distinct().Where(result.IsGiven))
            {
                string[] owners = [.. tasks.Where(its => its.Options.Contains(option)).Select(its => its.Name)];
                if (!owners.Contains(task))
                    result.AddError($"{option.Name}: only with {_task.Name} {string.Join(" or ", owners)}.");
            }
        });
    }
}
