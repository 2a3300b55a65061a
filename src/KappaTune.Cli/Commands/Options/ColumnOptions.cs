using System.CommandLine.Parsing;
using KappaTune.Cli.Data;

namespace KappaTune.Cli.Commands;

/// <summary>Which columns of a task's rows hold labels and texts.</summary>
internal sealed class ColumnOptions
{
    private readonly Option<string> _label = CommonOptions.Label(),
        _text = CommonOptions.Column("--text", $"The column that holds texts (default: {CommonOptions.TextColumn})."),
        _text2 = CommonOptions.Column("--text2", "The column of second texts, for tasks on pairs.");

    /// <summary>Adds the options to the command.</summary>
    /// <param name="areUsed">Whether a command line has rows with labels; null where all have.</param>
    public ColumnOptions(Command command, Func<SymbolResult, bool>? areUsed = null)
    {
        command.AddOptions(_label, _text, _text2);
        command.AddCheck(result =>
        {
            if (areUsed?.Invoke(result) == false)
                return;
            TextColumns columns = Read(result);
            if (columns.Label == columns.Text || columns.Label == columns.Text2 || columns.Text == columns.Text2)
                result.AddError("--label, --text and --text2 name the same column twice.");
        });
    }

    /// <summary>The options of classes, which rows for a language model don't have.</summary>
    public Option[] OfClasses => [_label, _text2];

    public Option<string> Text => _text;

    public TextColumns Read(CommandResult result) => new(
        result.GetValue(_label) ?? CommonOptions.LabelColumn, result.GetValue(_text) ?? CommonOptions.TextColumn, result.GetValue(_text2));
}
