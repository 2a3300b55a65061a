using KappaTune.Cli.Data;

namespace KappaTune.Cli.Commands;

/// <summary>How files of rows are written.</summary>
internal sealed class TableOptions
{
    private readonly Option<char?> _separator = new("--separator")
    {
        Description = "What stands between two fields: tab, comma, semicolon or another character (default: comma for .csv, else tab).",
        HelpName = "CHARACTER",
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (CharacterOf(text) is not { } separator)
            {
                result.AddError(
                    $"--separator: '{text}' isn't tab, comma, semicolon or one character that is no letter, digit, space or quote.");
            }
            else
                return separator;
            return null;
        },
    };

    private readonly Option<bool> _quoted = new("--quoted")
    {
        Description = "In tab-separated files, too, fields in double quotes may hold separators and line breaks; otherwise quotes are "
            + "text.",
    };

    /// <summary>Adds the options to the command.</summary>
    public TableOptions(Command command) => command.AddOptions(_separator, _quoted);

    /// <summary>How a file of that name is written.</summary>
    public TableFormat Format(ParseResult result, string? path) => TableFormat.Choose(Separator(result), Quoted(result), path);

    /// <summary>The separator that was given; null where the file's name decides.</summary>
    public char? Separator(ParseResult result) => result.GetValue(_separator);

    public bool Quoted(ParseResult result) => result.GetValue(_quoted);

    private static char? CharacterOf(string text) => text switch
    {
        "tab" or "\\t" => TableFormat.Tab,
        "comma" => TableFormat.Comma,
        "semicolon" => ';',
        [var one] when one != '"' && one != ' ' && !char.IsLetterOrDigit(one) && (one == TableFormat.Tab || !char.IsControl(one)) => one,
        _ => null,
    };
}
