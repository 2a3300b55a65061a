using Settings = Microsoft.ML.KappaTune.KappaTuneSpeechEstimator.Options;

namespace KappaTune.Cli.Commands;

/// <summary>
/// The options of a model that is to hear: the columns of its rows, how sound becomes frames, its encoder and projector, and how it writes.
/// </summary>
internal sealed class SpeechOptions
{
    private readonly Option<string> _file = CommonOptions.Recordings(), _said = CommonOptions.Said();
    private readonly Option<string> _before = Prompt("--prompt-before", "before", new FusionOptions().PromptBefore);
    private readonly Option<string> _after = Prompt("--prompt-after", "behind", new FusionOptions().PromptAfter);

    private readonly Option<bool> _noErrors = new("--no-word-errors")
    {
        Description = "Don't transcribe the validation rows after each epoch: that takes time, and gives word and character errors.",
    };

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
    private readonly PropertyOptions<GenerationOptions> _writing;
    private readonly Option[] _ofSound;

    /// <summary>Adds the options to the command.</summary>
    public SpeechOptions(Command command)
    {
        command.AddOptions(_file, _said);
        _settings = new(command, new());
        _sound = new(command, new());
        _fusion = new(command, new());
        _writing = new(command, new());
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
        All =
        [
            _file, _said, .. _ofSound,
            _fusion.Add("--encoder-size", nameof(FusionOptions.EncoderSize)),
            _fusion.Add("--convolutions", nameof(FusionOptions.Convolutions)),
            _fusion.Add("--residual-blocks", nameof(FusionOptions.ResidualBlocks)),
            _fusion.Add("--encoder-layers", nameof(FusionOptions.EncoderLayers)),
            _fusion.Add("--encoder-heads", nameof(FusionOptions.EncoderHeads)),
            _fusion.Add("--stacked-vectors", nameof(FusionOptions.StackedVectors)),
            _fusion.Add("--projector-size", nameof(FusionOptions.ProjectorSize)),
            _fusion.Add("--initial-gain", nameof(FusionOptions.InitialGain), "G"),
            _rawFrames, _before, _after,
            _fusion.Add("--encoder-lr", nameof(FusionOptions.EncoderLearningRate), "RATE"),
            _fusion.Add("--projector-lr", nameof(FusionOptions.ProjectorLearningRate), "RATE"),
            _settings.Add("--encoder-epochs", nameof(Settings.EncoderEpochs)),
            _writing.Add("--max-tokens", nameof(GenerationOptions.MaxTokens), help: "The most tokens of a transcript (default: 256)."),
            _noErrors,
        ];
        command.AddOptions(_equalHeight, _rawFrames, _before, _after, _noErrors);
        command.AddCheck(result =>
        {
            if ((result.GetValue(_file) ?? CommonOptions.FileColumn) == (result.GetValue(_said) ?? CommonOptions.SaidColumn))
                result.AddError($"{_file.Name} and {_said.Name} name the same column twice.");
        });
    }

    /// <summary>All of the options.</summary>
    public Option[] All { get; }

    /// <summary>The options with what the command line says.</summary>
    public Settings Read(ParseResult result, Settings options)
    {
        var sound = new LogMelOptions { EqualArea = !result.GetValue(_equalHeight) };
        var fusion = new FusionOptions
        {
            NormalizeFrames = !result.GetValue(_rawFrames),
            PromptBefore = TextOf(result.GetValue(_before)) ?? new FusionOptions().PromptBefore,
            PromptAfter = TextOf(result.GetValue(_after)) ?? new FusionOptions().PromptAfter,
        };
        return _settings.Apply(result, options with
        {
            InputColumnName = result.GetValue(_file) ?? CommonOptions.FileColumn,
            LabelColumnName = result.GetValue(_said) ?? CommonOptions.SaidColumn,
            MeasureErrors = !result.GetValue(_noErrors),
            // Where nothing is said of it, it is what the model's own parts say.
            Sound = _ofSound.Any(option => result.GetResult(option) is { Implicit: false }) ? _sound.Apply(result, sound) : null,
            Fusion = _fusion.Apply(result, fusion),
            Generation = _writing.Apply(result, new()),
        });
    }

    private static Option<string> Prompt(string name, string place, string otherwise) => new(name)
    {
        Description = $@"What the model reads {place} what it hears; \n for a line break (default: {otherwise.Replace("\n", @"\n")}).",
        HelpName = "TEXT",
    };

    private static string? TextOf(string? value) => value?.Replace(@"\n", "\n", StringComparison.Ordinal);
}
