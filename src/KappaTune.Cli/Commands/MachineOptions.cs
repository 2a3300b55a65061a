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

    public (string? Device, int? Threads) Read(ParseResult result) => (result.GetValue(_device), result.GetValue(_threads));
}
