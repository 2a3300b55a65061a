using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tasks.LabelWords;
using Microsoft.ML.KappaTune.TextClassification;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Fine-tunes a pre-trained encoder or decoder to classify texts, or pairs of them, training only some of its tensors; made by
/// <c>mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification</c>. Immutable. Its messages go to <c>MLContext.Log</c>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and content</description></listheader>
/// <item><term>Label, read</term><description>key of <see cref="uint"/>: the class; missing where it isn't known</description></item>
/// <item><term>Sentence1, read</term><description>text</description></item>
/// <item><term><see cref="Options.Sentence2ColumnName"/>, read</term>
/// <description>text: the second one of a pair; optional</description></item>
/// <item><term>PredictedLabel, added</term><description>key with the label's values: the class with the highest score</description></item>
/// <item><term>Score, added</term>
/// <description>vector of <see cref="float"/>: a probability for each class, with the classes' names for its slots</description></item>
/// </list>
/// </remarks>
public sealed partial class KappaTuneTextClassificationTrainer : IEstimator<KappaTuneTextClassificationTransformer>
{
    private const string TrainingData = "training data", ValidationData = "validation data";

    private readonly IHost _host;
    private readonly KappaTuneTextClassificationTrainer.Options _options;
    private readonly ClassificationColumns _columns;

    internal KappaTuneTextClassificationTrainer(IHostEnvironment env, KappaTuneTextClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ClassificationOptionsCheck.Validate(options);
        _host = env.Register("KappaTuneTextClassification");
        _options = options;
        _columns = new(options.Sentence1ColumnName, options.Sentence2ColumnName, options.ScoreColumnName, options.OutputColumnName);
    }

    /// <summary>
    /// Scans the base model, selects tensors and trains them, with the task's new head where it has one, on the rows, each of which is
    /// read once. Dispose the result to free its native memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or the selection selects nothing.</exception>
    /// <exception cref="CheckpointFormatException">The base model can't be read.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are no rows to train on or to measure on, or fewer than two classes.
    /// </exception>
    /// <exception cref="FormatException">The control text is too short to measure on, or isn't UTF-8.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the first epoch ended.</exception>
    public KappaTuneTextClassificationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        LabelValues labels = Labels(input.Schema, TrainingData);
        using IChannel channel = _host.Start("Training");
        TrainingRows train = Read(input, TrainingData);
        TrainingRows? validation = null;
        if (_options.ValidationSet is { } validationSet)
        {
            if (!Labels(validationSet.Schema, ValidationData).IsSameAs(labels))
            {
                throw new InvalidOperationException(
                    $"The label column '{_options.LabelColumnName}' of the validation data has other key values "
                    + "than that of the training data. Transform both with one fitted pipeline.");
            }

            validation = Read(validationSet, ValidationData);
        }

        ControlSource? controlTexts =
            _options.RetentionSet is { } retentionSet ? ControlRows.Read(retentionSet, _columns.Texts.First()) : null;
        int skipped = train.Skipped + (validation?.Skipped ?? 0);
        if (skipped > 0)
            channel.Warning(MessageSensitivity.None, $"{skipped} rows have no label and were left out.");

        using var progress = new ProgressReport(_host, _options.Progress);
        var request = new TextClassificationRequest
        {
            Options = _options with { Progress = progress.Report },
            Train = train.Examples,
            Validation = validation?.Examples,
            ControlTexts = controlTexts,
            Classes = labels.Names,
            Labels = _options.ClassLabels,
            LabelSmoothing = _options.LabelSmoothing,
            ClassWeights = _options.ClassWeights,
            SkippedRows = skipped,
            Log = line => channel.Info(MessageSensitivity.None, line),
            Warn = line => channel.Warning(MessageSensitivity.None, line),
        };
        return new(_host, _options.ClassLabels.AreWords ? OfWords(request, labels) : OfOutputs(request, labels));
    }

    private ClassificationModel OfOutputs(TextClassificationRequest request, LabelValues labels)
    {
        TunedClassifier tuned = TextClassificationTuner.Tune(request);
        return ModelOf(tuned.Classifier, tuned.Report, tuned.TrainedTensors, tuned.Adapters, labels);
    }

    private ClassificationModel OfWords(TextClassificationRequest request, LabelValues labels)
    {
        TunedWords tuned = LabelWordTuner.Tune(request);
        return ModelOf(tuned.Classifier, tuned.Report, tuned.TrainedTensors, tuned.Adapters, labels);
    }

    private ClassificationModel ModelOf(
        IClassScorer classifier, TuningReport report, IReadOnlyList<string> trained, LoraAdapters? adapters, LabelValues labels) => new()
        {
            Classifier = classifier,
            Report = report,
            TrainedTensors = trained,
            Adapters = adapters,
            Labels = labels,
            Columns = _columns,
            WeightStorage = _options.WeightStorage,
            Device = _options.Device,
            Threads = _options.Threads,
            TrainedFrom = Checkpoint.PlaceOf(_options.BaseModel),
        };

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _columns.Extend(inputSchema, Check(inputSchema, TrainingData));
    }

    private SchemaShape.Column Check(SchemaShape inputSchema, string data)
    {
        string name = _options.LabelColumnName;
        if (!inputSchema.TryFindColumn(name, out SchemaShape.Column label))
            throw Missing($"label column '{name}'", nameof(_options.LabelColumnName));
        if (!label.IsKey || label.Kind != SchemaShape.Column.VectorKind.Scalar || !label.ItemType.Equals(NumberDataViewType.UInt32))
        {
            throw new ArgumentOutOfRangeException(
                nameof(inputSchema),
                $"Schema mismatch for label column '{name}': expected Key<UInt32>, got {label.GetTypeString()}. In the {data} it must be a "
                + $"key: put mlContext.Transforms.Conversion.MapValueToKey(\"{name}\") before the trainer, and "
                + $"MapKeyToValue(\"{_columns.PredictedLabel}\") behind it"
                + $"{(data == ValidationData ? "; transform the validation data with what was fitted on the training data" : "")}.");
        }

        string[] options = [nameof(_options.Sentence1ColumnName), nameof(_options.Sentence2ColumnName)];
        foreach ((ColumnSpec text, string option) in _columns.Texts.Zip(options))
        {
            if (!inputSchema.TryFindColumn(text.Name, out _))
                throw Missing($"{text.Role} column '{text.Name}'", option);
        }

        _columns.Check(inputSchema);
        return label;

        ArgumentOutOfRangeException Missing(string what, string option) => ColumnSpec.Missing(
            what, data, inputSchema,
            data == ValidationData
                ? "Transform it with the fitted pipeline that the training data went through."
                : $"Name the right one as {option} in the trainer's options, or add it before the trainer.");
    }

    private LabelValues Labels(DataViewSchema schema, string data)
    {
        Check(SchemaShape.Create(schema), data);
        return LabelValues.FromColumn(schema[_options.LabelColumnName]);
    }

    private TrainingRows Read(IDataView data, string name) =>
        TrainingRows.Read(data, name, data.Schema[_options.LabelColumnName], _columns.Find(data.Schema), _options.MissingLabels);
}
