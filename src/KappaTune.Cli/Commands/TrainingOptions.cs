using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training;
using Settings = Microsoft.ML.KappaTune.KappaTuneTextClassificationTrainer.Options;

namespace KappaTune.Cli.Commands;

/// <summary>
/// The options that say how to train. Each sets one property of the trainer's options, whose own check decides about its values.
/// </summary>
internal sealed class TrainingOptions
{
    private readonly Command _command;
    private readonly List<Func<ParseResult, Settings, Settings>> _setters = [];
    private readonly Option<string> _method, _stopping;
    private readonly Option<int?> _rank, _patience;
    private readonly Option<double?> _alpha, _dropout, _fraction;

    /// <summary>Adds the options to the command.</summary>
    public TrainingOptions(Command command)
    {
        _command = command;
        _method = Choice("--method", "direct: the selected tensors train (default). lora: adapters beside them do.", ["direct", "lora"]);
        _rank = Add(Options.Number<int>(
            "--rank", "N", "With lora: the adapters' rank (default: 16).", value => TuningMethod.Lora(value)));
        _alpha = Add(Options.Number<double>(
            "--alpha", "A", "With lora: adapters are scaled by alpha / rank (default: twice the rank).",
            value => TuningMethod.Lora(alpha: value)));
        _dropout = Add(Options.Number<double>(
            "--dropout", "P", "With lora: the share of adapters' inputs that are dropped.", value => TuningMethod.Lora(dropout: value)));
        AddWhatTrains();
        AddOptimizer();
        AddLoss();
        _fraction = Number<double>(
            "--validation-fraction", "P", "Take this share of the training rows out, and validate on it after each epoch.",
            (options, value) => options with { ValidationFraction = value });
        _stopping = Choice(
            "--early-stopping", "End when this gets no better on the validation rows, and keep the best epoch.",
            ["loss", "micro-accuracy", "macro-accuracy"]);
        _patience = Add(Options.Number<int>(
            "--patience", "N", "With --early-stopping: epochs without a better value (default: 2).",
            value => Try(options => options with { EarlyStopping = new(Patience: value) })));
        AddMachine();
        command.Validators.Add(result =>
        {
            Option[] ofAdapters = [_rank, _alpha, _dropout];
            string[] given = [.. ofAdapters.Where(option => result.GetResult(option) is not null).Select(option => option.Name)];
            if (given.Length > 0 && result.GetValue(_method) != "lora")
                result.AddError($"{string.Join(" and ", given)}: only with --method lora.");
            if (result.GetResult(_patience) is not null && result.GetResult(_stopping) is null)
                result.AddError("--patience: only with --early-stopping.");
        });
    }

    /// <summary>The trainer's options, with what the command line says.</summary>
    public Settings Read(ParseResult result, Settings options)
    {
        foreach (Func<ParseResult, Settings, Settings> set in _setters)
            options = set(result, options);
        if (result.GetValue(_method) == "lora")
        {
            options = options with
            {
                Method = TuningMethod.Lora(
                    result.GetValue(_rank) ?? TuningMethod.Lora().Rank, result.GetValue(_alpha), result.GetValue(_dropout) ?? 0),
            };
        }

        return result.GetValue(_stopping) is not { } metric ? options : options with
        {
            EarlyStopping = new(
                metric switch
                {
                    "micro-accuracy" => ValidationMetric.MicroAccuracy,
                    "macro-accuracy" => ValidationMetric.MacroAccuracy,
                    _ => ValidationMetric.Loss,
                },
                result.GetValue(_patience) ?? new EarlyStopping().Patience),
        };
    }

    /// <summary>Whether validation rows are asked for.</summary>
    public bool StopsEarly(SymbolResult result) => result.GetResult(_stopping) is not null;

    /// <summary>Whether there will be validation rows out of the training rows.</summary>
    public bool SplitsRows(SymbolResult result) => result.GetValue(_fraction) > 0;

    private void AddWhatTrains()
    {
        Switch("--biases", "Train the biases of the selected weights as well.", options => options with { Selection = options.Selection with { Biases = true } });
        Switch("--norms", "Train all normalizations as well.", options => options with { Selection = options.Selection with { Norms = true } });
    }

    private void AddOptimizer()
    {
        Number<int>(
            "--epochs", "N", "Passes over the training rows, at most (default: 10).",
            (options, value) => options with { MaxEpochs = value });
        Number<int>(
            "--head-epochs", "N", "Of these, the first in which the new head trains alone (default: 0).",
            (options, value) => options with { HeadEpochs = value });
        Number<int>("--batch-size", "N", "Rows a forward pass (default: 32).", (options, value) => options with { BatchSize = value });
        Number<int>(
            "--accumulate", "N", "Batches an optimizer step (default: 1).",
            (options, value) => options with { GradientAccumulation = value });
        Number<double>(
            "--lr", "RATE", "Highest learning rate of what is selected (default: 1e-4).",
            (options, value) => options with { LearningRate = value });
        Number<double>(
            "--head-lr", "RATE", "Highest learning rate of the new head (default: 1e-3).",
            (options, value) => options with { HeadLearningRate = value });
        Number<double>(
            "--weight-decay", "W", "AdamW's weight decay (default: 0.01).", (options, value) => options with { WeightDecay = value });
        Named(
            "--schedule", "How learning rates go on after the warm-up (default: linear).",
            (options, value) => options with { Schedule = value },
            ("linear", LearningRateSchedule.Linear), ("cosine", LearningRateSchedule.Cosine), ("constant", LearningRateSchedule.Constant));
        Number<double>(
            "--warmup", "P", "The share of all steps in which learning rates rise (default: 0.1).",
            (options, value) => options with { WarmupRatio = value });
        Number<double>(
            "--clip", "NORM", "The longest gradient (default: 1; Infinity: no limit).",
            (options, value) => options with { GradientClip = value });
    }

    private void AddLoss()
    {
        Number<int>(
            "--max-length", "N", "Tokens of the longest text; what is longer is cut (default: as the model).",
            (options, value) => options with { MaxSequenceLength = value });
        Number<double>(
            "--label-smoothing", "P", "The share of a label's weight that goes to all classes alike (default: 0).",
            (options, value) => options with { LabelSmoothing = value });
        Named(
            "--class-weights", "balanced: every class counts the same, whatever its rows (default: none).",
            (options, value) => options with { ClassWeights = value }, ("none", ClassWeights.None), ("balanced", ClassWeights.Balanced));
    }

    private void AddMachine()
    {
        Switch(
            "--zero-padding-row", "Go on with zeros where the padding token's embeddings are NaN or infinite.",
            options => options with { ZeroPaddingRow = true });
        Number<int>(
            "--seed", "N", "Decides about the head's first weights, the order of rows and dropout (default: 0).",
            (options, value) => options with { Seed = value });
        Option<string> device = Add(Options.Device("auto (default: the first GPU, where there is one), cpu or cuda:0.", allowAuto: true));
        _setters.Add((result, options) => result.GetValue(device) is { } value ? options with { Device = value } : options);
        Named(
            "--precision", "What the model computes with (default: bfloat16 on a GPU, else float32).",
            (options, value) => options with { Precision = value },
            ("auto", TuningPrecision.Auto), ("float32", TuningPrecision.Float32), ("bfloat16", TuningPrecision.BFloat16));
        Number<int>(
            "--threads", "N", "Threads to compute with; 0 (default) for all cores.", (options, value) => options with { Threads = value });
    }

    private void Switch(string name, string description, Func<Settings, Settings> set)
    {
        Option<bool> option = Add(new Option<bool>(name) { Description = description });
        _setters.Add((result, options) => result.GetValue(option) ? set(options) : options);
    }

    private Option<T?> Number<T>(string name, string unit, string description, Func<Settings, T, Settings> set)
        where T : struct, INumber<T>
    {
        Option<T?> option = Add(Options.Number<T>(name, unit, description, value => Try(options => set(options, value))));
        _setters.Add((result, options) => result.GetValue(option) is { } value ? set(options, value) : options);
        return option;
    }

    private void Named<T>(string name, string description, Func<Settings, T, Settings> set, params (string Name, T Value)[] values)
    {
        Option<string> option = Choice(name, description, [.. values.Select(value => value.Name)]);
        _setters.Add((result, options) =>
            result.GetValue(option) is { } word ? set(options, values.First(value => value.Name == word).Value) : options);
    }

    private Option<string> Choice(string name, string description, string[] words)
    {
        Option<string> option = Add(new Option<string>(name) { Description = description });
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private TOption Add<TOption>(TOption option)
        where TOption : Option
    {
        _command.Options.Add(option);
        return option;
    }

    /// <summary>Has the trainer's own check look at a value, before anything is known of the files.</summary>
    /// <exception cref="ArgumentException">The value is out of range.</exception>
    public static void Try(Func<Settings, Settings> set)
    {
        Settings options = set(new() { BaseModel = "model" });
        TextExample[] rows = [new("", null, 0), new("", null, 1)];
        TuningOptionsCheck.Validate(new()
        {
            Options = options,
            Train = rows,
            Validation = rows,
            Classes = ["0", "1"],
            LabelSmoothing = options.LabelSmoothing,
            ClassWeights = options.ClassWeights,
        });
    }
}
