using Settings = Microsoft.ML.KappaTune.KappaTuneSpeechEstimator.Options;

namespace KappaTune.Cli.Commands;

/// <summary>
/// The options of a model that is to hear, however it is trained: the columns of its rows, how sound becomes frames, its encoder and
/// projector, and the prompts around what they make.
/// </summary>
internal sealed class HearingOptions
{
    private readonly Option<string> _file = CommonOptions.Recordings(), _said = CommonOptions.Said();
    private readonly Option<string> _before = Prompt("--prompt-before", "before", new FusionOptions().PromptBefore);
    private readonly Option<string> _after = Prompt("--prompt-after", "behind", new FusionOptions().PromptAfter);

    private readonly Option<bool> _rawFrames = new("--raw-frames")
    {
        Description = "Leave frames as they are, instead of normalising their values by mean and deviation over the recording.",
    };

    private readonly Option<bool> _equalHeight = new("--equal-height")
    {
        Description = "Let each band's filter be 1 at its middle, instead of weighing all bands the same.",
    };

    private readonly PropertyOptions<Settings> _settings;
    private readonly PropertyOptions<LogMelOptions> _sound;
    private readonly PropertyOptions<FusionOptions> _fusion;
    private readonly Option[] _ofSound;

    /// <summary>Adds the options to the command.</summary>
    /// <param name="encoderEpochs">What help says of an encoder that learns alone first; null for what the library says.</param>
    public HearingOptions(Command command, string? encoderEpochs = null)
    {
        command.AddOptions(_file, _said);
        _settings = new(command, new());
        _sound = new(command, new());
        _fusion = new(command, new());
        _ofSound =
        [
            _sound.Add("--sample-rate", nameof(LogMelOptions.SampleRate), "HZ"),
            _sound.Add("--window", nameof(LogMelOptions.WindowMilliseconds), "MS"),
            _sound.Add("--hop", nameof(LogMelOptions.HopMilliseconds), "MS"),
            _sound.Add("--transform-length", nameof(LogMelOptions.TransformLength)),
            _sound.Add("--bands", nameof(LogMelOptions.Bands)),
            _sound.Add("--lowest-frequency", nameof(LogMelOptions.LowestFrequency), "HZ"),
            _sound.Add("--highest-frequency", nameof(LogMelOptions.HighestFrequency), "HZ"),
            _sound.Add("--mel-scale", nameof(LogMelOptions.Scale)),
            _equalHeight,
            _sound.Add("--sound-normalization", nameof(LogMelOptions.Normalization)),
            _sound.Add("--pad-to", nameof(LogMelOptions.PadToSeconds), "SECONDS"),
            _sound.Add("--max-seconds", nameof(LogMelOptions.MaximumSeconds), "SECONDS"),
        ];
        OfNewEncoder =
        [
            _fusion.Add("--encoder-size", nameof(FusionOptions.EncoderSize)),
            _fusion.Add("--convolutions", nameof(FusionOptions.Convolutions)),
            _fusion.Add("--residual-blocks", nameof(FusionOptions.ResidualBlocks)),
            _fusion.Add("--encoder-layers", nameof(FusionOptions.EncoderLayers)),
            _fusion.Add("--encoder-heads", nameof(FusionOptions.EncoderHeads)),
            _settings.Add("--encoder-epochs", nameof(Settings.EncoderEpochs), help: encoderEpochs),
            _rawFrames,
        ];
        All =
        [
            _file, _said, .. _ofSound, .. OfNewEncoder,
            _fusion.Add("--stacked-vectors", nameof(FusionOptions.StackedVectors)),
            _fusion.Add("--projector-size", nameof(FusionOptions.ProjectorSize)),
            _fusion.Add("--initial-gain", nameof(FusionOptions.InitialGain), "G"),
            _before, _after,
            _fusion.Add("--encoder-lr", nameof(FusionOptions.EncoderLearningRate), "RATE"),
            _fusion.Add("--projector-lr", nameof(FusionOptions.ProjectorLearningRate), "RATE"),
        ];
        command.AddOptions(_equalHeight, _rawFrames, _before, _after);
        command.AddCheck(result =>
        {
            if ((result.GetValue(_file) ?? CommonOptions.FileColumn) == (result.GetValue(_said) ?? CommonOptions.SaidColumn))
                result.AddError($"{_file.Name} and {_said.Name} name the same column twice.");
        });
    }

    /// <summary>All of the options.</summary>
    public Option[] All { get; }

    /// <summary>Those that only an encoder of random weights has.</summary>
    public Option[] OfNewEncoder { get; }

    /// <summary>The column of files.</summary>
    public string File(ParseResult result) => result.GetValue(_file) ?? CommonOptions.FileColumn;

    /// <summary>The column of what is said in them.</summary>
    public string Said(ParseResult result) => result.GetValue(_said) ?? CommonOptions.SaidColumn;

    /// <summary>How sound becomes frames; null where the command line says nothing of it.</summary>
    public LogMelOptions? Sound(ParseResult result) => _ofSound.Any(option => result.GetResult(option) is { Implicit: false })
        ? _sound.Apply(result, new() { EqualArea = !result.GetValue(_equalHeight) })
        : null;

    /// <summary>Encoder, projector and prompts.</summary>
    public FusionOptions Fusion(ParseResult result) => _fusion.Apply(result, new()
    {
        NormalizeFrames = !result.GetValue(_rawFrames),
        PromptBefore = CommonOptions.TextOf(result.GetValue(_before)) ?? new FusionOptions().PromptBefore,
        PromptAfter = CommonOptions.TextOf(result.GetValue(_after)) ?? new FusionOptions().PromptAfter,
    });

    /// <summary>Epochs in which an encoder learns alone first.</summary>
    public int EncoderEpochs(ParseResult result) => _settings.Apply(result, new()).EncoderEpochs;

    private static Option<string> Prompt(string name, string place, string otherwise) => new(name)
    {
        Description = $@"What the model reads {place} what it hears; \n for a line break (default: {otherwise.Replace("\n", @"\n")}).",
        HelpName = "TEXT",
    };
}
