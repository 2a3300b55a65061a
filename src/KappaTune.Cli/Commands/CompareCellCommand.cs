using System.CommandLine;
using KappaTune.Cli.Comparison;
using Microsoft.ML.KappaTune.IO;

namespace KappaTune.Cli.Commands;

/// <summary>One run of a comparison, which <c>kappatune compare</c> starts: what to do is on standard input.</summary>
internal static class CompareCellCommand
{
    public const string Name = "compare-cell";

    public static Command Create()
    {
        var command = new Command(Name, "One run of a comparison; kappatune compare starts it.") { Hidden = true };
        command.SetAction((result, cancellationToken) =>
        {
            try
            {
                var spec = CellSpec.Parse(Console.In.ReadToEnd());
                new CellFolder(spec.Output).Save(spec, CellRunner.Run(spec, cancellationToken));
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
