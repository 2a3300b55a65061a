using KappaTune.Cli.Files;
using KappaTune.Cli.Output;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune select</c>: another policy on a scan, for this tool and for others.</summary>
internal static class SelectCommand
{
    public static Command Create()
    {
        var command = new Command("select", "Selects the matrices to train from a scan, by its own policy or another one.");
        Argument<string> scan = CommonOptions.Scan();
        command.Arguments.Add(scan);
        var selection = new SelectionOptions(command, defaults: null);
        Option<string> json = CommonOptions.File("--json", "Write the plan as JSON.");
        Option<string> yaml = CommonOptions.File("--yaml", "Write the parameters to unfreeze as YAML, as Spectrum does.");
        Option<string> peft = CommonOptions.File("--peft", "Write target_modules and target_parameters for a PEFT configuration as JSON.");
        var wholeStacks = new Option<bool>("--whole-stacks")
        {
            Description = "With --yaml and --peft: name a stack of experts as a whole where only some of them are selected.",
        };
        var besidePeft = new Option<bool>("--beside-peft")
        {
            Description = "Show what the KappaTune selector of PEFT takes of the same scan, beside this selection.",
        };
        command.AddOptions(json, yaml, peft, wholeStacks, besidePeft);
        command.SetAction(result =>
        {
            using var files = new CommandFiles(result, reads: [scan], writes: [json, yaml, peft]);
            ScanReport report = ScanReport.Load(files.Input(scan)!);
            TuningPlan plan = report.Plan(selection.Read(result, report.Selection));
            // Made before any file is written: a stack selected in part is an error in both.
            string? unfrozen = result.GetValue(yaml) is null ? null : plan.ToSpectrumYaml(result.GetValue(wholeStacks));
            string? targets = result.GetValue(peft) is null ? null : plan.ToPeftTargets(result.GetValue(wholeStacks)).ToJson() + "\n";
            if (files.Output(json) is { } planFile)
                plan.Save(planFile);
            if (unfrozen is not null)
                OutputFile.Write(files.Output(yaml)!, unfrozen);
            if (targets is not null)
                OutputFile.Write(files.Output(peft)!, targets);
            PlanTable.WriteSelected(plan, files.Text);
            PlanTable.WriteSummary(plan, files.Text);
            if (result.GetValue(besidePeft))
                PeftTable.Write(plan, files.Text);
            selection.NoteFused(result, report, result.InvocationConfiguration.Error);
            return ExitCode.Done;
        });
        return command;
    }
}
