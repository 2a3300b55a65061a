namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune completion</c>: what a shell reads so that it completes commands, options and their values.</summary>
internal static class CompletionCommand
{
    // The program itself says what may follow. Options are shown once a dash is typed; where nothing fits, files are.
    private const string Bash = """
        _kappatune() {
            local words
            words=$("$1" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
            [[ $2 == -* ]] || words=$(grep -v '^[-/]' <<< "$words")
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$words" -- "$2"))
        }
        complete -o bashdefault -o default -F _kappatune kappatune
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName kappatune -ScriptBlock {
            param($word, $line, $cursor)
            kappatune "[suggest:$cursor]" $line.ToString().PadRight($cursor) |
                Where-Object { $_ -like "$word*" -and ($word -like '-*' -or $_ -notmatch '^[-/]') }
        }
        """;

    public static Command Create()
    {
        var command = new Command("completion", "Prints a script for a shell that completes this program's commands and options.");
        var shell = new Argument<string>("SHELL") { Description = "bash or powershell. For bash: source <(kappatune completion bash)" };
        shell.AcceptOnlyFromAmong("bash", "powershell");
        command.Arguments.Add(shell);
        command.SetAction(result =>
        {
            string script = result.GetValue(shell) == "bash" ? Bash : PowerShell;
            // As the shell wants it, on every system.
            result.InvocationConfiguration.Output.Write(script.ReplaceLineEndings("\n") + "\n");
        });
        return command;
    }
}
