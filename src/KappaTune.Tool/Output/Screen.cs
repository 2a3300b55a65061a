using Spectre.Console;

namespace KappaTune.Tool.Output;

/// <summary>A console that writes where a command was told to.</summary>
internal static class Screen
{
    /// <summary>What every table fits.</summary>
    public const int Width = 80;

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
        console.Profile.Width = Width;
        return console;
    }

    public static bool IsTerminal(TextWriter writer) =>
        (ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected)
        || (ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected);
}
