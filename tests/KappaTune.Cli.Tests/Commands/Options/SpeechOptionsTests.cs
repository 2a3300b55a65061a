using System.CommandLine;
using KappaTune.Cli.Commands;
using Microsoft.ML.KappaTune;
using Settings = Microsoft.ML.KappaTune.KappaTuneSpeechEstimator.Options;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>Every option of speech sets what it says, and nothing else.</summary>
public class SpeechOptionsTests
{
    private static readonly Settings Default =
        new() { InputColumnName = "File", LabelColumnName = "Said", Fusion = new(), Generation = new() };

    public static TheoryData<string, Settings> Cases { get; } = new()
    {
        { "", Default },
        { "--file A --said B", Default with { InputColumnName = "A", LabelColumnName = "B" } },
        { "--sample-rate 8000", Default with { Sound = new() { SampleRate = 8000 } } },
        { "--window 30", Default with { Sound = new() { WindowMilliseconds = 30 } } },
        { "--hop 12.5", Default with { Sound = new() { HopMilliseconds = 12.5 } } },
        { "--transform-length 512", Default with { Sound = new() { TransformLength = 512 } } },
        { "--bands 40", Default with { Sound = new() { Bands = 40 } } },
        { "--lowest-frequency 50", Default with { Sound = new() { LowestFrequency = 50 } } },
        { "--highest-frequency 4000", Default with { Sound = new() { HighestFrequency = 4000 } } },
        { "--mel-scale htk", Default with { Sound = new() { Scale = MelScale.Htk } } },
        { "--equal-height", Default with { Sound = new() { EqualArea = false } } },
        { "--sound-normalization none", Default with { Sound = new() { Normalization = LogMelNormalization.None } } },
        { "--pad-to 30", Default with { Sound = new() { PadToSeconds = 30 } } },
        { "--max-seconds 20", Default with { Sound = new() { MaximumSeconds = 20 } } },
        { "--encoder-size 64", Default with { Fusion = new() { EncoderSize = 64 } } },
        { "--convolutions 2", Default with { Fusion = new() { Convolutions = 2 } } },
        { "--residual-blocks 3", Default with { Fusion = new() { ResidualBlocks = 3 } } },
        { "--encoder-layers 2", Default with { Fusion = new() { EncoderLayers = 2 } } },
        { "--encoder-heads 8", Default with { Fusion = new() { EncoderHeads = 8 } } },
        { "--stacked-vectors 2", Default with { Fusion = new() { StackedVectors = 2 } } },
        { "--projector-size 96", Default with { Fusion = new() { ProjectorSize = 96 } } },
        { "--initial-gain 0.5", Default with { Fusion = new() { InitialGain = 0.5 } } },
        { "--raw-frames", Default with { Fusion = new() { NormalizeFrames = false } } },
        { @"--prompt-before a\nb", Default with { Fusion = new() { PromptBefore = "a\nb" } } },
        { @"--prompt-after \nb:", Default with { Fusion = new() { PromptAfter = "\nb:" } } },
        { "--encoder-lr 0.01", Default with { Fusion = new() { EncoderLearningRate = 0.01 } } },
        { "--projector-lr 0.02", Default with { Fusion = new() { ProjectorLearningRate = 0.02 } } },
        { "--encoder-model m --train-encoder", Default with { Fusion = new() { EncoderModel = "m", TrainEncoderModel = true } } },
        { "--encoder-epochs 3", Default with { EncoderEpochs = 3 } },
        { "--max-tokens 20", Default with { Generation = new() { MaxTokens = 20 } } },
        { "--no-word-errors", Default with { MeasureErrors = false } },
    };

    [Theory, MemberData(nameof(Cases))]
    public void An_option_sets_what_it_says(string commandLine, Settings expected)
    {
        var command = new Command("tune");
        var options = new SpeechOptions(command);
        ParseResult result = command.Parse(commandLine);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, options.Read(result, new()));
    }

    [Fact]
    public void Those_of_all_training_are_read_too()
    {
        var command = new Command("tune");
        var options = new TrainingOptions(command);
        ParseResult result = command.Parse("--weights changed --head-epochs 2 --head-lr 0.01 --early-stopping word-error-rate --epochs 3");
        Assert.Equal(
            new Settings
            {
                WeightStorage = WeightStorage.Changed,
                HeadEpochs = 2,
                HeadLearningRate = 0.01,
                EarlyStopping = new(ValidationMetric.WordErrorRate),
                MaxEpochs = 3,
            },
            options.ReadSpeech(result, new()));
    }
}
