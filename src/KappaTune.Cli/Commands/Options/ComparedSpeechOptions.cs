using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Commands;

/// <summary>What <c>kappatune compare --task speech</c> reads, and what hears it.</summary>
internal sealed class ComparedSpeechOptions
{
    public const string FileColumn = "File", SaidColumn = "Said";

    private static readonly ComparedSpeech Defaults = new();

    private readonly Option<string> _file = CommonOptions.Column(
        "--file", $"With --task speech, the column of WAV files, from the table's folder (default: {FileColumn}).");

    private readonly Option<string> _said = CommonOptions.Column(
        "--said", $"With --task speech, the column of what is said (default: {SaidColumn}).");

    private readonly Option<int?> _encoderEpochs = CommonOptions.Number<int>(
        "--encoder-epochs", "N",
        "Epochs in which an encoder learns alone first, by characters, once a seed for all methods (default: 0): with 2 --convolutions and "
        + "2 --stacked-vectors.",
        value => CommonOptions.Require(value >= 0, $"{value} isn't 0 or more."));

    private readonly Option<bool> _rawFrames = new("--raw-frames")
    {
        Description = "Leave frames as they are, instead of normalising their values by mean and deviation over the recording.",
    };

    private readonly PropertyOptions<LogMelOptions> _sound;
    private readonly PropertyOptions<FusionOptions> _fusion;

    /// <summary>Adds the options to the command.</summary>
    public ComparedSpeechOptions(Command command)
    {
        command.AddOptions(_file, _said, _encoderEpochs, _rawFrames);
        _sound = new(command, Defaults.Sound);
        _fusion = new(command, Defaults.Fusion);
        All =
        [
            _file, _said, _encoderEpochs, _rawFrames,
            _sound.Add("--sample-rate", nameof(LogMelOptions.SampleRate), "HZ"),
            _sound.Add("--window", nameof(LogMelOptions.WindowMilliseconds), "MS"),
            _sound.Add("--hop", nameof(LogMelOptions.HopMilliseconds), "MS"),
            _sound.Add("--bands", nameof(LogMelOptions.Bands)),
            _sound.Add("--sound-normalization", nameof(LogMelOptions.Normalization)),
            _sound.Add("--max-seconds", nameof(LogMelOptions.MaximumSeconds), "SECONDS"),
            _fusion.Add("--encoder-size", nameof(FusionOptions.EncoderSize)),
            _fusion.Add("--convolutions", nameof(FusionOptions.Convolutions)),
            _fusion.Add("--residual-blocks", nameof(FusionOptions.ResidualBlocks)),
            _fusion.Add("--encoder-layers", nameof(FusionOptions.EncoderLayers)),
            _fusion.Add("--encoder-heads", nameof(FusionOptions.EncoderHeads)),
            _fusion.Add("--stacked-vectors", nameof(FusionOptions.StackedVectors)),
            _fusion.Add("--projector-size", nameof(FusionOptions.ProjectorSize)),
            _fusion.Add("--initial-gain", nameof(FusionOptions.InitialGain), "G"),
            _fusion.Add("--encoder-lr", nameof(FusionOptions.EncoderLearningRate), "RATE"),
            _fusion.Add("--projector-lr", nameof(FusionOptions.ProjectorLearningRate), "RATE"),
        ];
        command.AddCheck(result =>
        {
            if ((result.GetValue(_file) ?? FileColumn) == (result.GetValue(_said) ?? SaidColumn))
                result.AddError("--file and --said name the same column twice.");
        });
    }

    public Option[] All { get; }

    public string File(ParseResult result) => result.GetValue(_file) ?? FileColumn;

    public string Said(ParseResult result) => result.GetValue(_said) ?? SaidColumn;

    public ComparedSpeech Read(ParseResult result) => Defaults with
    {
        // Copies, for what is set nobody else may have.
        Sound = _sound.Apply(result, Defaults.Sound with { }),
        Fusion = _fusion.Apply(result, Defaults.Fusion with { NormalizeFrames = !result.GetValue(_rawFrames) }),
        EncoderEpochs = result.GetValue(_encoderEpochs) ?? 0,
    };
}
