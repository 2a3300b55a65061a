using Settings = Microsoft.ML.KappaTune.KappaTuneSpeechEstimator.Options;

namespace KappaTune.Cli.Commands;

/// <summary>
/// The options of <c>kappatune tune --task speech</c>: what the model hears with, which encoder it gets, and how it writes.
/// </summary>
internal sealed class SpeechOptions
{
    private readonly Option<bool> _noErrors = new("--no-word-errors")
    {
        Description = "Don't transcribe the validation rows after each epoch: that takes time, and gives word and character errors.",
    };

    private readonly HearingOptions _hearing;
    private readonly PropertyOptions<FusionOptions> _fusion;
    private readonly PropertyOptions<GenerationOptions> _writing;

    /// <summary>Adds the options to the command.</summary>
    public SpeechOptions(Command command)
    {
        _hearing = new(command);
        _fusion = new(command, new());
        _writing = new(command, new());
        command.AddOptions(EncoderModel);
        All =
        [
            .. _hearing.All, EncoderModel,
            _fusion.Add("--train-encoder", nameof(FusionOptions.TrainEncoderModel)),
            _writing.Add("--max-tokens", nameof(GenerationOptions.MaxTokens), help: "The most tokens of a transcript (default: 256)."),
            _noErrors,
        ];
        command.AddOptions(_noErrors);
        command.AddCheck(result =>
        {
            foreach (Option option in _hearing.OfNewEncoder.Where(option => result.IsGiven(option) && result.IsGiven(EncoderModel)))
                result.AddError($"{option.Name}: not with {EncoderModel.Name}, whose files say how it is.");
        });
    }

    /// <summary>The option of an encoder that is read.</summary>
    public Option<string> EncoderModel { get; } = CommonOptions.Folder(
        "--encoder-model",
        "A pre-trained encoder of speech to begin with, Whisper's or wav2vec2's, in Hugging Face layout; it stays as it is without "
        + "--train-encoder.");

    /// <summary>All of the options.</summary>
    public Option[] All { get; }

    /// <summary>The options with what the command line says.</summary>
    public Settings Read(ParseResult result, Settings options) => options with
    {
        InputColumnName = _hearing.File(result),
        LabelColumnName = _hearing.Said(result),
        MeasureErrors = !result.GetValue(_noErrors),
        // Where nothing is said of it, it is what the model's own parts say.
        Sound = _hearing.Sound(result),
        Fusion = _fusion.Apply(result, _hearing.Fusion(result) with { EncoderModel = result.GetValue(EncoderModel) }),
        EncoderEpochs = _hearing.EncoderEpochs(result),
        Generation = _writing.Apply(result, new()),
    };
}
