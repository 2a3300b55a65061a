using KappaTune.Cli.Demo;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune demo</c>: the whole idea in some minutes.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Tunes a pre-trained model on support tickets, and shows what it learnt and what it kept.");
        var baseModel = new Option<string>("--base")
        {
            Description = $"Another pre-trained model: a folder in Hugging Face layout, {BuiltInModels.Help} "
                + $"(default: {BuiltInModels.MiniLM}).",
            HelpName = "DIR",
        };
        var folder = new Option<string>("--output")
        {
            Description = "Where the model and the report go (default: out). Only what an earlier demo left there is replaced.",
            HelpName = "DIR",
        };
        Option<int?> epochs = CommonOptions.Count(
            "--epochs",
            $"Passes over the tickets (default: {DemoSettings.For("", "").Epochs}; with {BaseModel.Embedded}, "
                + $"{DemoSettings.For(BaseModel.Embedded, "").Epochs}).");
        Option<string> device = CommonOptions.Device();
        Option<int?> threads = CommonOptions.Threads();
        command.AddOptions(baseModel, folder, epochs, device, threads);
        var cache = new CacheOptions(command);
        command.AddCheck(result =>
        {
            if (ModelOutput.ProblemOfFolder(folder, result.GetValue(folder)) is { } problem)
                result.AddError(problem);
        });
        command.SetAction((result, cancellationToken) =>
        {
            using var files = new CommandFiles(result, models: [baseModel], folders: [folder], caches: cache.Folders);
            TextWriter output = result.InvocationConfiguration.Output;
            string model = files.Model(baseModel) ?? BuiltInModels.Find(BuiltInModels.MiniLM)!;
            DemoSettings settings = DemoSettings.For(model, result.GetValue(folder) ?? "out") with
            {
                Cache = cache.Read(result),
                Device = result.GetValue(device) ?? "auto",
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
