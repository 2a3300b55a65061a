using KappaTune.Cli.Data;
using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Commands;

/// <summary>One run of a comparison, which <c>kappatune compare</c> starts: what to do is on standard input.</summary>
internal static class CompareCellCommand
{
    private const string Name = "compare-cell";

    /// <summary>This program with this command.</summary>
    public static IReadOnlyList<string> Program()
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "kappatune.exe" : "kappatune");
        // Without a program of its own, it was started by the runtime's.
        return File.Exists(program) ? [program, Name] : [Environment.ProcessPath!, typeof(CompareCellCommand).Assembly.Location, Name];
    }

    public static Command Create()
    {
        var command = new Command(Name, "One run of a comparison; kappatune compare starts it.") { Hidden = true };
        command.SetAction((result, cancellationToken) =>
        {
            try
            {
                var spec = CellSpec.Parse(Console.In.ReadToEnd());
                using TaskRows rows = TaskRowFiles.Read(spec.Task, cancellationToken);
                CellRunner.RunAndSave(spec, rows, cancellationToken);
                return Task.FromResult(ExitCode.Done);
            }
            catch (ArithmeticException e)
            {
                result.InvocationConfiguration.Error.WriteLine(PlainText.MessageOf(e));
                return Task.FromResult(ExitCode.BadInput);
            }
        });
        return command;
    }
}
