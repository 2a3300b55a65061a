using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using Microsoft.ML;

namespace KappaTune.Cli.Commands;

/// <summary>A saved model, and what it computes with.</summary>
internal sealed class SavedModelOptions
{
    private readonly Option<string> _device = CommonOptions.Device(
        "auto, cpu or cuda:0 (default: as the model was trained, or the CPU where there is no such device).");

    private readonly Option<int?> _threads = CommonOptions.Threads();

    /// <summary>Adds the model and the options to the command.</summary>
    public SavedModelOptions(Command command)
    {
        command.Arguments.Add(Model);
        command.AddOptions(_device, _threads);
    }

    public Argument<string> Model { get; } = new("MODEL")
    {
        Description = "A saved model: a .zip file. It names code to run: use models you trust.",
    };

    /// <exception cref="FormatException">The file is no model for classification.</exception>
    public ScoringModel Load(MLContext mlContext, ParseResult result, CommandFiles files) =>
        ScoringModel.Load(mlContext, files.Input(Model)!, result.GetValue(_device), result.GetValue(_threads));
}
