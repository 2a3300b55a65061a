using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using Microsoft.ML;
using Microsoft.ML.KappaTune.Persistence;

namespace KappaTune.Cli.Commands;

/// <summary>A saved model, and what it computes with.</summary>
internal sealed class SavedModelOptions
{
    private readonly Option<string> _device = CommonOptions.Device(
        "auto, cpu or cuda:0 (default: as the model was trained, or the CPU where there is no such device).");

    private readonly Option<int?> _threads = CommonOptions.Threads();

    /// <summary>Adds the model and the options to the command.</summary>
    /// <param name="help">What help says of the model.</param>
    public SavedModelOptions(
        Command command, string help = "A saved model: a .zip file. It names code to run: use models you trust.")
    {
        Model = new("MODEL") { Description = help };
        command.Arguments.Add(Model);
        command.AddOptions(_device, _threads);
    }

    public Argument<string> Model { get; }

    /// <summary>The folder of a model that hears; null where another model is named.</summary>
    public string? HearingFolder(ParseResult result) => result.GetValue(Model) is { } path && HearingModel.IsFolder(path) ? path : null;

    /// <exception cref="FormatException">The file is no model for classification.</exception>
    public ScoringModel Load(MLContext mlContext, ParseResult result, CommandFiles files) =>
        ScoringModel.Load(mlContext, files.Input(Model)!, result.GetValue(_device), result.GetValue(_threads));

    /// <summary>A model that gives scores, or one that hears.</summary>
    /// <exception cref="FormatException">The file is neither.</exception>
    public (ScoringModel? Scoring, HearingModel? Hearing) LoadEither(MLContext mlContext, ParseResult result, CommandFiles files)
    {
        (string? device, int? threads) = (result.GetValue(_device), result.GetValue(_threads));
        if (HearingFolder(result) is { } folder)
            return (null, HearingModel.Load(mlContext, folder, adapter: null, device, threads));
        string path = files.Input(Model)!;
        ITransformer model = ScoringModel.LoadTransformer(mlContext, path, out DataViewSchema? inputs, device, threads);
        return TunedModelFile.FindSpeech(model) is { } speech
            ? (null, new HearingModel(mlContext, path, speech, model))
            : (ScoringModel.Of(path, model, inputs), null);
    }
}
