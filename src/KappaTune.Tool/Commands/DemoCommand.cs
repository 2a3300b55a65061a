using System.CommandLine;
using KappaTune.Tool.Demo;
using KappaTune.Tool.Files;
using KappaTune.Tool.Output;
using Microsoft.ML.KappaTune.Spectra;

namespace KappaTune.Tool.Commands;

/// <summary><c>kappatune demo</c>: the whole idea in some minutes.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Tunes the model that comes along on support tickets, and shows what it learnt and what it kept.");
        var baseModel = new Option<string>("--base")
        {
            Description = $"Another pre-trained model: a folder in Hugging Face layout, {BuiltInModels.Help} (default: {BuiltInModels.Default}).",
            HelpName = "DIR",
        };
        var folder = new Option<string>("--output") { Description = "Where the model and the report go (default: out). Only what an earlier demo left there is replaced.", HelpName = "DIR" };
        var epochs = Options.Number<int>(
            "--epochs", "N", $"Passes over the tickets (default: {new DemoSettings { BaseModel = "", Folder = "" }.Epochs}).",
            value => Options.Require(value >= 1, $"{value} isn't 1 or more."));
        command.Options.Add(baseModel);
        command.Options.Add(folder);
        command.Options.Add(epochs);
        Option<string> device = Options.Device("auto (default: the first GPU, where there is one), cpu or cuda:0.", allowAuto: true);
        Option<int?> threads = Options.Threads();
        command.Options.Add(device);
        command.Options.Add(threads);
        var cache = new CacheOptions(command);
        command.SetAction((result, cancellationToken) =>
        {
            using var files = new CommandFiles(result, models: [baseModel], folders: [folder, .. cache.Folders]);
            TextWriter output = result.InvocationConfiguration.Output;
            var settings = new DemoSettings
            {
                BaseModel = files.Model(baseModel) ?? BuiltInModels.Default,
                Folder = result.GetValue(folder) ?? "out",
                Cache = cache.Read(result),
                // By its own name, which the scan takes as well.
                Device = DeviceName.Parse(result.GetValue(device) ?? "auto", allowAuto: true).ToString(),
                Threads = result.GetValue(threads) ?? 0,
                Ask = Screen.IsTerminal(output) && !Console.IsInputRedirected ? Console.ReadLine : null,
            };
            if (result.GetValue(epochs) is { } count)
                settings = settings with { Epochs = count };
            new DemoRun(settings, output, result.InvocationConfiguration.Error, cancellationToken).Run();
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
