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
        { "--method lora --adapter-parameters 5000", new() { Method = TuningMethod.LoraWithin(5000) } },
        { "--method lora --adapter-parameters 5000 --alpha 8", new() { Method = TuningMethod.LoraWithin(5000, alpha: 8) } },
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
        { "--keep 0.98", new() { Budget = new() { Keep = 0.98 } } },
        { "--max-kl 0.05", new() { Budget = new() { MaximumDivergence = 0.05 } } },
        { "--max-drift 0.1 --rollbacks 0", new() { Budget = new() { MaximumDrift = 0.1, MaximumRollbacks = 0 } } },
        { "--keep 0.9 --max-kl 1", new() { Budget = new() { Keep = 0.9, MaximumDivergence = 1 } } },
        { "--optimizer-memory 1000", new() { MaximumOptimizerMemory = 1000 } },
        { "--optimizer-memory 50MB", new() { MaximumOptimizerMemory = 50_000_000 } },
        { "--optimizer-memory 1.5gb", new() { MaximumOptimizerMemory = 1_500_000_000 } },
        { "--optimizer-memory 2MiB", new() { MaximumOptimizerMemory = 2 * 1024 * 1024 } },
        { "--max-time 90", new() { MaximumTime = TimeSpan.FromSeconds(90) } },
        { "--max-time 0.5s", new() { MaximumTime = TimeSpan.FromSeconds(0.5) } },
        { "--max-time 15m", new() { MaximumTime = TimeSpan.FromMinutes(15) } },
        { "--max-time 2h", new() { MaximumTime = TimeSpan.FromHours(2) } },
        { "--max-time 1d", new() { MaximumTime = TimeSpan.FromDays(1) } },
        { "--max-time 1:30:00", new() { MaximumTime = TimeSpan.FromMinutes(90) } },
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
        { "--base-weights quantised", new() { BaseWeights = BaseWeights.Quantised } },
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
