using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>A console that writes where a command was told to.</summary>
internal static class Screen
{
    /// <summary>Columns of what goes to a file or a pipe.</summary>
    public const int Width = 80;

    // Narrower ones have no room for a table; in wider ones the eye loses the line.
    private const int Narrowest = 60, Widest = 120;

    /// <summary>The columns that tables and bars have: as many as the terminal, within reason.</summary>
    public static int WidthOf(TextWriter writer) =>
        IsTerminal(writer) && Console.WindowWidth is var width and > 0 ? Math.Clamp(width, Narrowest, Widest) : Width;

    public static IAnsiConsole On(TextWriter writer)
    {
        // Colours and moving bars are for people; files and pipes get plain text.
        bool terminal = IsTerminal(writer);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        console.Profile.Width = WidthOf(writer);
        return console;
    }

    public static bool IsTerminal(TextWriter writer) =>
        (ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected)
        || (ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected);
}
