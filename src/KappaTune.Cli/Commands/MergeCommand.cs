using KappaTune.Cli.Files;
using KappaTune.Cli.Output;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune merge</c>: the parts of a scan that was split with <c>--part</c> to the whole.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var command = new Command("merge", "Joins the parts of a scan that was split with --part.");
        var parts = new Argument<string[]>("PART")
        {
            Description = "The parts' JSON files, in any order.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> json = CommonOptions.Json(), html = CommonOptions.Html();
        json.Required = true;
        command.Arguments.Add(parts);
        command.AddOptions(json, html);
        command.SetAction(result =>
        {
            using var files = new CommandFiles(result, reads: [parts], writes: [json, html]);
            ScanReport whole = ScanReport.Merge(files.Inputs(parts).Select(ScanReport.Load));
            Results.Write(whole, whole.Plan(), files.Text, files.Output(json), files.Output(html));
            Results.WriteScanned(whole, files.Text);
            return ExitCode.Done;
        });
        return command;
    }
}
