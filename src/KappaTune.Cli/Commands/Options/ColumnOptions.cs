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
    public ColumnOptions(Command command)
    {
        command.AddOptions(_label, _text, _text2);
        command.Validators.Add(result =>
        {
            TextColumns columns = Read(result);
            if (columns.Label == columns.Text || columns.Label == columns.Text2 || columns.Text == columns.Text2)
                result.AddError("--label, --text and --text2 name the same column twice.");
        });
    }

    public TextColumns Read(CommandResult result) => new(
        result.GetValue(_label) ?? CommonOptions.LabelColumn, result.GetValue(_text) ?? CommonOptions.TextColumn, result.GetValue(_text2));
}
