using System.CommandLine.Parsing;
using LanguageModelSettings = Microsoft.ML.KappaTune.KappaTuneLanguageModelEstimator.Options;
using Settings = Microsoft.ML.KappaTune.KappaTuneTextClassificationTrainer.Options;
using SpeechSettings = Microsoft.ML.KappaTune.KappaTuneSpeechEstimator.Options;

namespace KappaTune.Cli.Commands;

/// <summary>The options that say how to train. Each sets one property of the trainer's options.</summary>
internal sealed class TrainingOptions
{
    private readonly Option<string> _method = new("--method")
    {
        Description = "direct: the selected tensors train (default). lora: adapters beside them do.",
    };

    private readonly PropertyOptions<TuningMethod> _adapters;
    private readonly PropertyOptions<KappaSelection> _selection;
    private readonly PropertyOptions<TuningOptions> _settings;
    private readonly PropertyOptions<Settings> _ofClasses;
    private readonly PropertyOptions<LanguageModelSettings> _ofLanguageModel;
    private readonly PropertyOptions<SpeechSettings> _ofSpeech;
    private readonly BudgetOptions _budget;
    private readonly PropertyOptions<EarlyStopping> _stopping;
    private readonly Option _metric;
    private readonly Option<double?> _fraction;
    private readonly Option _adapterBudget;

    /// <summary>Adds the options to the command.</summary>
    public TrainingOptions(Command command)
    {
        _method.AcceptOnlyFromAmong("direct", "lora");
        command.Options.Add(_method);
        _adapters = new(command, TuningMethod.Lora());
        Option rank = _adapters.Add("--rank", nameof(TuningMethod.Rank));
        _adapterBudget = _adapters.Add("--adapter-parameters", nameof(TuningMethod.ParameterBudget));
        Option[] ofAdapters =
        [
            rank,
            _adapterBudget,
            _adapters.Add("--alpha", nameof(TuningMethod.Alpha), "A"),
            _adapters.Add("--dropout", nameof(TuningMethod.Dropout), "P"),
        ];
        _selection = new(command, new());
        _selection.Add("--biases", nameof(KappaSelection.Biases));
        _selection.Add("--norms", nameof(KappaSelection.Norms));
        _settings = new(command, new Settings());
        _ofClasses = new(command, new());
        _ofLanguageModel = new(command, new());
        _ofSpeech = new(command, new());
        _settings.Add("--epochs", nameof(Settings.MaxEpochs));
        Option headEpochs = _settings.Add("--head-epochs", nameof(Settings.HeadEpochs));
        _settings.Add("--batch-size", nameof(Settings.BatchSize));
        _settings.Add("--accumulate", nameof(Settings.GradientAccumulation));
        // By their long names as compare has them.
        _settings.Add("--lr", nameof(Settings.LearningRate), "RATE").Aliases.Add("--learning-rate");
        Option headRate = _settings.Add("--head-lr", nameof(Settings.HeadLearningRate), "RATE");
        headRate.Aliases.Add("--head-learning-rate");
        _settings.Add("--weight-decay", nameof(Settings.WeightDecay), "W");
        _settings.Add("--schedule", nameof(Settings.Schedule));
        _settings.Add("--warmup", nameof(Settings.WarmupRatio), "P");
        _budget = new(command);
        OptimizerMemory = _settings.Add("--optimizer-memory", nameof(Settings.MaximumOptimizerMemory));
        _settings.Add(
            "--max-time", nameof(Settings.MaximumTime),
            help: "The longest time for training, such as 90s, 15m or 2h; where it wouldn't do, fewer steps are planned.");
        _settings.Add("--clip", nameof(Settings.GradientClip), "NORM");
        _settings.Add("--max-length", nameof(Settings.MaxSequenceLength));
        SpecialTokens = _ofLanguageModel.Add("--special-tokens", nameof(LanguageModelSettings.SpecialTokensInMessages));
        OfLanguageModel =
        [
            _ofLanguageModel.Add("--packing", nameof(LanguageModelSettings.Packing)),
            _ofLanguageModel.Add("--count-prompts", nameof(LanguageModelSettings.CountPrompts)),
            NoEndToken,
            SpecialTokens,
            _ofLanguageModel.Add("--router-balance", nameof(LanguageModelSettings.RouterBalance), "W"),
        ];
        command.Options.Add(NoEndToken);
        Option smoothing = _ofClasses.Add("--label-smoothing", nameof(Settings.LabelSmoothing), "P");
        Option weights = _ofClasses.Add("--class-weights", nameof(Settings.ClassWeights));
        _fraction = (Option<double?>)_settings.Add("--validation-fraction", nameof(Settings.ValidationFraction), "P");
        _stopping = new(command, new());
        _metric = _stopping.Add(
            "--early-stopping", nameof(EarlyStopping.Metric),
            help: "End when this gets no better on the validation rows, and keep the best epoch.");
        Option patience = _stopping.Add("--patience", nameof(EarlyStopping.Patience));
        _settings.Add("--zero-padding-row", nameof(Settings.ZeroPaddingRow));
        _settings.Add("--seed", nameof(Settings.Seed));
        _settings.Add("--device", nameof(Settings.Device));
        _settings.Add("--precision", nameof(Settings.Precision));
        _settings.Add("--base-weights", nameof(Settings.BaseWeights));
        _settings.Add("--threads", nameof(Settings.Threads));
        CheckpointEvery = _settings.Add("--checkpoint-every", nameof(Settings.CheckpointEvery));
        var storage = (Option<string>)_ofClasses.Add("--weights", nameof(Settings.WeightStorage));
        _ofSpeech.Share(storage, nameof(SpeechSettings.WeightStorage));
        OfNewHead = [headEpochs, headRate, smoothing];
        OfClasses = [.. OfNewHead, weights, storage];
        OfSpeech = [headEpochs, headRate, storage];
        command.AddCheck(result =>
        {
            string[] given = [.. ofAdapters.Where(result.IsGiven).Select(option => option.Name)];
            if (given.Length > 0 && !IsLora(result))
                result.AddError($"{string.Join(" and ", given)}: only with --method lora.");
        });
        command.AddCheck(result =>
        {
            if (result.IsGiven(rank) && result.IsGiven(_adapterBudget))
                result.AddError("--adapter-parameters: not with --rank.");
            if (result.IsGiven(patience) && !StopsEarly(result))
                result.AddError("--patience: only with --early-stopping.");
        });
    }

    /// <summary>The option that keeps states within an epoch.</summary>
    public Option CheckpointEvery { get; }

    /// <summary>The option that says how much is selected by what it takes.</summary>
    public Option OptimizerMemory { get; }

    /// <summary>The option that appends no token to texts.</summary>
    public Option<bool> NoEndToken { get; } = new("--no-end-token")
    {
        Description = "Append no token that ends a text: the model doesn't learn to stop.",
    };

    /// <summary>The option that trusts who wrote conversations.</summary>
    public Option SpecialTokens { get; }

    /// <summary>The options that only a task of classes has.</summary>
    public Option[] OfClasses { get; }

    /// <summary>The options of those that only a new head has.</summary>
    public Option[] OfNewHead { get; }

    /// <summary>The options that only a language model has.</summary>
    public Option[] OfLanguageModel { get; }

    /// <summary>Those of classes that a model has as well which hears: encoder and projector are its new head.</summary>
    public Option[] OfSpeech { get; }

    /// <summary>A classifier's options, with what the command line says.</summary>
    public Settings Read(ParseResult result, Settings options) => _ofClasses.Apply(result, ReadShared(result, options));

    /// <summary>A language model's options, with what the command line says.</summary>
    public LanguageModelSettings ReadLanguageModel(ParseResult result, LanguageModelSettings options) => _ofLanguageModel.Apply(
        result, ReadShared(result, options with { AppendEndToken = options.AppendEndToken && !result.GetValue(NoEndToken) }));

    /// <summary>The options of a model that hears, with what the command line says.</summary>
    public SpeechSettings ReadSpeech(ParseResult result, SpeechSettings options) => _ofSpeech.Apply(result, ReadShared(result, options));

    /// <summary>Whether adapters train.</summary>
    public bool IsLora(SymbolResult result) => result.GetValue(_method) == "lora";

    /// <summary>Whether validation rows are asked for.</summary>
    public bool StopsEarly(SymbolResult result) => result.IsGiven(_metric);

    /// <summary>Whether there will be validation rows out of the training rows.</summary>
    public bool SplitsRows(SymbolResult result) => result.GetValue(_fraction) > 0;

    /// <summary>What all tasks have, in a copy that nobody else has.</summary>
    private T ReadShared<T>(ParseResult result, T options) where T : TuningOptions
    {
        T read = options with
        {
            Selection = _selection.Apply(result, options.Selection with { }),
            Method = result.GetValue(_method) != "lora" ? options.Method
                : _adapters.Apply(result, result.GetResult(_adapterBudget) is null ? TuningMethod.Lora() : new()),
            Budget = _budget.Read(result) ?? options.Budget,
            EarlyStopping = result.GetResult(_metric) is null ? options.EarlyStopping : _stopping.Apply(result, new()),
        };
        _settings.Apply(result, read);
        return read;
    }
}
