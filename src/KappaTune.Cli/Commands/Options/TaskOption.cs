using System.CommandLine.Parsing;

namespace KappaTune.Cli.Commands;

/// <summary>What a model is to learn: to tell classes of texts or, of a language model, how texts go on.</summary>
internal sealed class TaskOption
{
    private const string Classification = "classification", LanguageModel = "lm";

    private readonly Option<string> _task;

    /// <summary>Adds the option to the command.</summary>
    /// <param name="ofClasses">What it is for classes.</param>
    /// <param name="ofLanguageModel">What it is for a language model.</param>
    public TaskOption(Command command, string ofClasses, string ofLanguageModel)
    {
        _task = new("--task") { Description = $"{Classification}: {ofClasses} (default). {LanguageModel}: {ofLanguageModel}." };
        _task.AcceptOnlyFromAmong(Classification, LanguageModel);
        command.Options.Add(_task);
    }

    public bool IsLanguageModel(SymbolResult result) => result.GetValue(_task) == LanguageModel;

    /// <summary>Makes errors of usage of options that are given and belong to the other task.</summary>
    public void Divide(Command command, Option[] ofClasses, Option[] ofLanguageModel) => command.AddCheck(result =>
    {
        (Option[] others, string task) = IsLanguageModel(result) ? (ofClasses, Classification) : (ofLanguageModel, LanguageModel);
        foreach (Option option in others)
        {
            if (result.IsGiven(option))
                result.AddError($"{option.Name}: only with {_task.Name} {task}.");
        }
    });
}
