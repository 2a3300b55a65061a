using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using TorchSharp;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune info</c>: what this build runs on, for a bug report or a benchmark's heading.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var command = new Command("info", "Shows the versions, threads and devices this build runs with.");
        command.SetAction(result =>
        {
            foreach ((string name, string value) in Facts())
                result.InvocationConfiguration.Output.WriteLine($"{name,-12} {value}");
        });
        return command;
    }

    private static IEnumerable<(string Name, string Value)> Facts()
    {
        yield return ("KappaTune", Version(typeof(InfoCommand)));
        yield return ("ML.NET", $"{Version(typeof(MLContext))} ({typeof(MLContext).Assembly.GetName().Name})");
        yield return ("libtorch", torch.__version__);
        yield return (
            ".NET", $"{Environment.Version}, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}");
        yield return ("Threads", $"{torch.get_num_threads()} of {Environment.ProcessorCount} cores");
        yield return ("CUDA", torch.cuda.is_available() ? $"{torch.cuda.device_count()} device(s)" : "none");
    }

    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
