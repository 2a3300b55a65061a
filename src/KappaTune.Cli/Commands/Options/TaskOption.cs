using System.CommandLine.Parsing;

namespace KappaTune.Cli.Commands;

/// <summary>
/// What a model is to learn: to tell classes of texts, of a language model how texts go on or, where a command has that, what is said.
/// </summary>
internal sealed class TaskOption
{
    private const string Classification = "classification", LanguageModel = "lm", Speech = "speech";

    private readonly Option<string> _task;

    /// <summary>Adds the option to the command.</summary>
    /// <param name="ofClasses">What it is for classes.</param>
    /// <param name="ofLanguageModel">What it is for a language model.</param>
    /// <param name="ofSpeech">What it is for speech; null where the command has none.</param>
    public TaskOption(Command command, string ofClasses, string ofLanguageModel, string? ofSpeech = null)
    {
        string speech = ofSpeech is null ? "" : $" {Speech}: {ofSpeech}.";
        _task = new("--task") { Description = $"{Classification}: {ofClasses} (default). {LanguageModel}: {ofLanguageModel}.{speech}" };
        _task.AcceptOnlyFromAmong(ofSpeech is null ? [Classification, LanguageModel] : [Classification, LanguageModel, Speech]);
        command.Options.Add(_task);
    }

    public bool IsLanguageModel(SymbolResult result) => result.GetValue(_task) == LanguageModel;

    public bool IsSpeech(SymbolResult result) => result.GetValue(_task) == Speech;

    /// <summary>Makes errors of usage of options that are given and belong to another task; an option may belong to two.</summary>
    public void Divide(Command command, Option[] ofClasses, Option[] ofLanguageModel, Option[]? ofSpeech = null) =>
        command.AddCheck(result =>
        {
            (string Task, Option[] Options)[] tasks =
                [(Classification, ofClasses), (LanguageModel, ofLanguageModel), (Speech, ofSpeech ?? [])];
            string task = result.GetValue(_task) ?? Classification;
            Option[] its = [.. tasks.Where(each => each.Task == task).SelectMany(each => each.Options)];
            foreach (Option option in tasks.SelectMany(each => each.Options).Distinct().Except(its).Where(result.IsGiven))
            {
                string[] others = [.. tasks.Where(each => each.Options.Contains(option)).Select(each => each.Task)];
                result.AddError($"{option.Name}: only with {_task.Name} {string.Join(" or ", others)}.");
            }
        });
}
