using System.CommandLine.Parsing;
using System.Globalization;
using KappaTune.Cli.Data;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using Settings = Microsoft.ML.KappaTune.KappaTuneTextClassificationTrainer.Options;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune compare</c>: what each way to fine-tune learns, and what it forgets.</summary>
internal sealed class CompareCommand : Command
{
    /// <summary>The results' names in the output's folder.</summary>
    public const string ResultFile = "comparison.json", PageFile = "comparison.html", TablesFile = "comparison.md";

    // With these defaults, 480 rows and the embedded encoder take about an hour on two cores.
    private const int DefaultSeeds = 3, DefaultDraws = 3, DefaultEpochs = 8, DefaultBatchSize = 16;
    private const double DefaultFraction = 0.2;
    private const string DefaultRates = "1e-4,3e-4,1e-3", LanguageModelRates = "1e-5,3e-5,1e-4", SpeechRates = "3e-5,1e-4,3e-4";

    private static readonly OptionInfo HeadRate = OptionInfo.Get(typeof(Settings), nameof(Settings.HeadLearningRate));

    private readonly Option<string> _base = CommonOptions.Folder(
        "--base",
        "The pre-trained model: a folder in Hugging Face layout, with its head for masked tokens or, of a "
        + $"sentence encoder, its pooling; {BuiltInModels.Help} (default: {BuiltInModels.Default}).");

    private readonly Option<string> _train = CommonOptions.File("--train", "Rows to train on, as TSV or CSV with a header.");
    private readonly Option<string> _test = CommonOptions.File("--test", "Rows to measure on, with the same columns.");

    private readonly Option<string[]> _controls = new("--control")
    {
        Description = "Text unlike the task's, on which forgetting is measured: a file, or english, prose that comes along; may be given "
            + "several times, the main one first.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _output = CommonOptions.Folder(
        "--output", "Folder for results; a stopped comparison goes on from what is in there.");

    private readonly Option<string> _study = new("--study")
    {
        Description = "methods: ways to fine-tune (default). per-tensor: each candidate tensor "
            + "by itself, and what predicts its forgetting.",
    };

    private readonly TaskOption _task;

    private readonly LabelWordOptions _words;

    private readonly HearingOptions _speech;

    private readonly Option<bool> _countPrompts = new("--count-prompts")
    {
        Description = "Count prompts in the loss as well as the words that complete them.",
    };

    private readonly Option<string> _methods = new("--methods")
    {
        Description = $"Of these, some (default: all): {string.Join(", ", ComparisonRequest.AllMethods)}. With --task lm: "
            + $"{string.Join(", ", ComparisonRequest.LanguageModelMethods)}. With --task speech: "
            + $"{string.Join(", ", ComparisonRequest.SpeechMethods)} (default: the first {ComparisonRequest.UsualSpeechMethods.Count}).",
        HelpName = "LIST",
    };

    private readonly Option<string> _rates = new Option<string>("--learning-rates")
    {
        Description = $"Each method runs with each of these (default: {DefaultRates}; with --task lm {LanguageModelRates}, "
            + $"with --task speech {SpeechRates}); adapters with "
            + $"{ComparisonRequest.AdapterRate} times as much, of a language model {ComparisonRequest.LanguageModelAdapterRate} times, "
            + $"biases, routers and a head alone with {ComparisonRequest.FewParametersRate} times.",
        HelpName = "LIST",
    }.Checked(value => RatesOf(value));

    private readonly Option<string[]> _ratesOf = new Option<string[]>("--rates-of")
    {
        Description = "One method's own learning rates instead, such as lora=1e-3,3e-3; may be given several times.",
        HelpName = "METHOD=LIST",
    }.Checked(values => MethodRatesOf(values));

    private readonly Option<double?> _headRate = CommonOptions.Number<double>(
        "--head-learning-rate", "RATE",
        $"Of the task's new head, beside whatever else trains, or of encoder and projector (default: {new Settings().HeadLearningRate}).",
        value => CommonOptions.Require(HeadRate.Allows(value), $"{value} isn't {HeadRate.Allowed}."));

    private readonly Option<int?> _seeds = CommonOptions.Count("--seeds", $"Runs of each, with seeds from 1 on (default: {DefaultSeeds}).");
    private readonly Option<int?> _epochs = CommonOptions.Count(
        "--epochs",
        $"Epochs of each run, after each of which it is measured (default: {DefaultEpochs}): for more points of a curve by step take fewer "
        + "rows, and more epochs.");
    private readonly Option<int?> _batch = CommonOptions.Count("--batch-size", $"Rows a step (default: {DefaultBatchSize}).");
    private readonly Option<int?> _draws = CommonOptions.Count("--draws", $"Draws of each random method (default: {DefaultDraws}).");

    private readonly Option<double?> _fraction = CommonOptions.Number<double>(
        "--fraction", "P", $"The share of the tensors that lowest κ takes (default: {DefaultFraction}).",
        value => KappaSelection.LowestFraction(value));

    private readonly Option<double?> _trainLoss = CommonOptions.Number<double>(
        "--train-loss", "LOSS", "The training loss at which methods are compared (default: one that three quarters of them reach).",
        value => CommonOptions.Require(value > 0, $"{value} isn't above 0."));

    private readonly Option<double?> _errorRate = CommonOptions.Number<double>(
        "--word-error-rate", "RATE",
        "The word error rate of the test rows at which methods for speech are compared, such as 0.5 (default: one that three quarters of "
        + "them reach).",
        value => CommonOptions.Require(value > 0, $"{value} isn't above 0."));

    private readonly Option<int?> _jobs = CommonOptions.Number<int>(
        "--jobs", "N", "Runs at once, each in a process of its own (default: cores); 0 for this process, one after another.",
        value => CommonOptions.Require(value >= 0, $"{value} isn't 0 or more."));

    private readonly Option<int?> _threads = CommonOptions.Count("--threads", "Threads of a run (default: 1).");
    private readonly Option<int?> _limitTrain = CommonOptions.Count(
        "--limit-train", "Training rows at most, taken evenly over the file (default: all).");
    private readonly Option<int?> _limitTest = CommonOptions.Count("--limit-test", "Test rows at most, as those (default: all).");
    private readonly Option<string> _name = new("--name")
    {
        Description = "The task's name in reports (default: the training file's).",
        HelpName = "NAME",
    };
    private readonly ColumnOptions _columns;
    private readonly TableOptions _table;
    private readonly Option<string> _device = CommonOptions.Device("Where to compute: auto, cpu (default), cuda or cuda:0.");
    private readonly CacheOptions _cache;

    public CompareCommand() : base("compare", "Fine-tunes in many ways, and compares what each learns and what it forgets.")
    {
        _train.Required = _test.Required = _output.Required = true;
        _study.AcceptOnlyFromAmong("methods", "per-tensor");
        _task = new(
            this, "a new head on an encoder tells classes", "a language model tells them by words that complete prompts",
            "a language model learns to write what is said in recordings");
        this.AddOptions(
            _base, _train, _test, _controls, _output, _countPrompts, _study, _methods, _rates, _ratesOf, _headRate, _seeds, _epochs, _batch,
            _draws, _fraction, _trainLoss, _errorRate, _jobs, _threads, _limitTrain, _limitTest, _name);
        _columns = new(this);
        _words = new(this, "", _columns, (_, result) => _task.IsLanguageModel(result));
        _speech = new(
            this,
            "Epochs in which an encoder learns alone first, by characters, once a seed for all methods (default: 0): with 2 --convolutions "
            + "and 2 --stacked-vectors.");
        Options.Add(_device);
        _table = new(this);
        _cache = new(this);
        Option[] ofTexts = [.. _columns.OfClasses, _columns.Text, _trainLoss];
        _task.Divide(
            this, [.. ofTexts, _headRate], [.. ofTexts, .. _words.All, _countPrompts], [.. _speech.All, _headRate, _errorRate]);
        this.AddCheck(result =>
        {
            if ((_task.IsLanguageModel(result) || _task.IsSpeech(result))
                && BuiltInModels.ProblemOfLanguageModel(_base.Name, result.GetValue(_base)) is { } problem)
                result.AddError(problem);
        });
        this.AddCheck(result =>
        {
            IReadOnlyList<string> known = MethodsOf(result);
            IEnumerable<string> withRates = (result.GetValue(_ratesOf) ?? []).Select(value => value.Split('=')[0].Trim());
            string[] named = [.. Named(result.GetValue(_methods)), .. withRates];
            if (result.IsGiven(_methods) && named.Length == 0)
                result.AddError($"{_methods.Name} names none; there are {string.Join(", ", known)}.");
            foreach (string name in named.Where(name => !known.Contains(name)))
                result.AddError($"{_methods.Name}: '{name}' isn't a method; there are {string.Join(", ", known)}.");
        });
        this.AddCheck(result =>
        {
            if (result.IsGiven(_methods) && IsPerTensor(result))
                result.AddError("--methods: not with --study per-tensor, where every tensor is a method.");
        });
        SetAction((result, cancellationToken) => Task.FromResult(Run(result, cancellationToken)));
    }

    private int Run(ParseResult result, CancellationToken cancellationToken)
    {
        TextWriter output = result.InvocationConfiguration.Output, error = result.InvocationConfiguration.Error;
        using var files = new CommandFiles(
            result, reads: [_train, _test], models: [_base], folders: [_output], caches: _cache.Folders, texts: [_controls]);
        files.RequireSeveralReaders();
        ComparisonRequest request = RequestOf(result, files, _columns.Read(result.CommandResult));
        var progress = new ComparisonProgress(error);
        using TaskRows rows = TaskRowFiles.Read(request.Task, cancellationToken);
        var run = new ComparisonRun(request, rows, progress);
        Directory.CreateDirectory(request.Output);
        ComparisonResult comparison;
        try
        {
            comparison = run.Run(cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException($"Cancelled. The same command goes on from the runs in {request.Output}.", e);
        }
        finally
        {
            progress.End();
        }

        string json = Path.Combine(request.Output, ResultFile), page = Path.Combine(request.Output, PageFile),
            tables = Path.Combine(request.Output, TablesFile);
        ComparisonJson.Save(comparison, json);
        ComparisonReport.Save(comparison, page);
        ComparisonTable.Save(comparison, tables);
        ComparisonTable.Write(comparison, output);
        output.WriteLine($"Saved:    {json}");
        output.WriteLine($"          {page}");
        output.WriteLine($"          {tables}");
        return comparison.Cells.Count > 0 ? ExitCode.Done : ExitCode.BadInput;
    }

    private ComparisonRequest RequestOf(ParseResult result, CommandFiles files, TextColumns columns)
    {
        bool isSpeech = _task.IsSpeech(result.CommandResult);
        return new()
        {
            Base = files.Model(_base) ?? BuiltInModels.Default,
            Task = new()
            {
                Train = Path.GetFullPath(result.GetValue(_train)!),
                Test = Path.GetFullPath(result.GetValue(_test)!),
                Label = isSpeech ? _speech.Said(result) : columns.Label,
                Text = isSpeech ? _speech.File(result) : columns.Text,
                Text2 = columns.Text2,
                Separator = _table.Separator(result),
                Quoted = _table.Quoted(result),
                LimitTrain = result.GetValue(_limitTrain),
                LimitTest = result.GetValue(_limitTest),
                Labels = _task.IsLanguageModel(result.CommandResult) ? _words.Read(result, columns) : null,
                CountsPrompts = result.GetValue(_countPrompts),
                Speech = !isSpeech ? null : new()
                {
                    Sound = _speech.Sound(result) ?? new(),
                    Fusion = _speech.Fusion(result),
                    EncoderEpochs = _speech.EncoderEpochs(result),
                },
            },
            TaskName = result.GetValue(_name),
            Controls = [.. files.Inputs(_controls).Select(text => text == RetentionTexts.English ? text : Path.GetFullPath(text))],
            Output = Path.GetFullPath(result.GetValue(_output)!),
            PerTensor = IsPerTensor(result.CommandResult),
            Methods = Named(result.GetValue(_methods)) is { Length: > 0 } named ? named
                : isSpeech ? ComparisonRequest.UsualSpeechMethods
                : MethodsOf(result.CommandResult),
            Settings = new()
            {
                Seeds = [.. Enumerable.Range(1, result.GetValue(_seeds) ?? DefaultSeeds)],
                LearningRates = RatesOf(
                    result.GetValue(_rates)
                    ?? (isSpeech ? SpeechRates : _task.IsLanguageModel(result.CommandResult) ? LanguageModelRates : DefaultRates)),
                MethodRates = MethodRatesOf(result.GetValue(_ratesOf) ?? []),
                HeadLearningRate = result.GetValue(_headRate) ?? new Settings().HeadLearningRate,
                Epochs = result.GetValue(_epochs) ?? DefaultEpochs,
                BatchSize = result.GetValue(_batch) ?? DefaultBatchSize,
                Fraction = result.GetValue(_fraction) ?? DefaultFraction,
                Draws = result.GetValue(_draws) ?? DefaultDraws,
            },
            Jobs = result.GetValue(_jobs) ?? Environment.ProcessorCount,
            Threads = result.GetValue(_threads) ?? 1,
            CellCommand = CompareCellCommand.Program(),
            Device = result.GetValue(_device) ?? "cpu",
            TrainLoss = result.GetValue(_trainLoss),
            WordErrorRate = result.GetValue(_errorRate),
            ScanCache = _cache.Read(result),
        };
    }

    private bool IsPerTensor(CommandResult result) => result.GetValue(_study) == "per-tensor";

    private IReadOnlyList<string> MethodsOf(CommandResult result) =>
        _task.IsSpeech(result) ? ComparisonRequest.SpeechMethods
        : _task.IsLanguageModel(result) ? ComparisonRequest.LanguageModelMethods
        : ComparisonRequest.AllMethods;

    private static string[] Named(string? list) =>
        list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static Dictionary<string, IReadOnlyList<double>> MethodRatesOf(string[] values)
    {
        var rates = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);
        foreach (string value in values)
        {
            string[] parts = value.Split('=', 2, StringSplitOptions.TrimEntries);
            CommonOptions.Require(
                parts is [{ Length: > 0 }, _] && rates.TryAdd(parts[0], RatesOf(parts[1])),
                $"'{value}' isn't METHOD=LIST, each method once, such as lora=1e-3,3e-3.");
        }

        return rates;
    }

    private static double[] RatesOf(string list)
    {
        string[] parts = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        double[] rates =
        [
            .. parts.Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) ? rate : 0),
        ];
        CommonOptions.Require(
            rates.Length > 0 && rates.All(rate => rate > 0 && rate <= ComparisonRequest.HighestRate),
            $"'{list}' isn't a list of numbers above 0 and at most {ComparisonRequest.HighestRate}.");
        return [.. rates.Distinct().Order()];
    }
}
