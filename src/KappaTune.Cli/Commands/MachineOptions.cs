using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Commands;

/// <summary>What a saved model computes with.</summary>
internal sealed class MachineOptions
{
    private readonly Option<string> _device = CommonOptions.Device(
        "auto, cpu or cuda:0 (default: as the model was trained, or the CPU where there is no such device).");

    private readonly Option<int?> _threads = CommonOptions.Threads();

    /// <summary>Adds the options to the command.</summary>
    public MachineOptions(Command command)
    {
        command.AddOptions(_device, _threads);
    }

    /// <exception cref="ArgumentException">There is no such device here.</exception>
    public (string? Device, int? Threads) Read(ParseResult result)
    {
        string? device = result.GetValue(_device);
        // A model that is loaded elsewhere may do with the CPU; who asks for a device gets it, or hears that it isn't there.
        if (device is not (null or "auto" or "cpu"))
            ComputeDevice.Resolve(device);
        return (device, result.GetValue(_threads));
    }
}
