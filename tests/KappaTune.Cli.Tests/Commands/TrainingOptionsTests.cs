using System.CommandLine;
using KappaTune.Cli.Commands;
using Microsoft.ML.KappaTune;
using Settings = Microsoft.ML.KappaTune.KappaTuneTextClassificationTrainer.Options;

namespace KappaTune.Cli.Tests.Commands;

/// <summary>Every option sets what it says, and nothing else.</summary>
public class TrainingOptionsTests
{
    public static TheoryData<string, Settings> Cases { get; } = new()
    {
        { "", new() },
        { "--method direct", new() },
        { "--method lora", new() { Method = TuningMethod.Lora() } },
        { "--method lora --rank 4 --alpha 6 --dropout 0.1", new() { Method = TuningMethod.Lora(4, 6, 0.1) } },
        { "--biases", new() { Selection = KappaSelection.LowestFraction(0.2) with { Biases = true } } },
        { "--norms", new() { Selection = KappaSelection.LowestFraction(0.2) with { Norms = true } } },
        { "--epochs 3", new() { MaxEpochs = 3 } },
        { "--head-epochs 2", new() { HeadEpochs = 2 } },
        { "--batch-size 7", new() { BatchSize = 7 } },
        { "--accumulate 4", new() { GradientAccumulation = 4 } },
        { "--lr 2e-5", new() { LearningRate = 2e-5 } },
        { "--head-lr 0.01", new() { HeadLearningRate = 0.01 } },
        { "--weight-decay 0", new() { WeightDecay = 0 } },
        { "--schedule linear", new() },
        { "--schedule cosine", new() { Schedule = LearningRateSchedule.Cosine } },
        { "--schedule constant", new() { Schedule = LearningRateSchedule.Constant } },
        { "--warmup 0.25", new() { WarmupRatio = 0.25 } },
        { "--clip 0.5", new() { GradientClip = 0.5 } },
        { "--clip Infinity", new() { GradientClip = double.PositiveInfinity } },
        { "--max-length 64", new() { MaxSequenceLength = 64 } },
        { "--label-smoothing 0.1", new() { LabelSmoothing = 0.1 } },
        { "--class-weights balanced", new() { ClassWeights = ClassWeights.Balanced } },
        { "--validation-fraction 0.1", new() { ValidationFraction = 0.1 } },
        { "--early-stopping loss", new() { EarlyStopping = new() } },
        { "--early-stopping micro-accuracy", new() { EarlyStopping = new(ValidationMetric.MicroAccuracy) } },
        { "--early-stopping macro-accuracy --patience 5", new() { EarlyStopping = new(ValidationMetric.MacroAccuracy, 5) } },
        { "--seed 42", new() { Seed = 42 } },
        { "--device cpu", new() { Device = "cpu" } },
        { "--device cuda:1", new() { Device = "cuda:1" } },
        { "--precision auto", new() },
        { "--precision float32", new() { Precision = TuningPrecision.Float32 } },
        { "--precision bfloat16", new() { Precision = TuningPrecision.BFloat16 } },
        { "--threads 2", new() { Threads = 2 } },
    };

    [Theory, MemberData(nameof(Cases))]
    public void An_option_sets_what_it_says(string commandLine, Settings expected)
    {
        var command = new Command("tune");
        var options = new TrainingOptions(command);
        ParseResult result = command.Parse(commandLine);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, options.Read(result, new()));
    }
}
