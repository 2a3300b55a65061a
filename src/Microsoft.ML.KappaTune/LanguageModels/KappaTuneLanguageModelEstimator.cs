using Microsoft.ML.KappaTune.LanguageModels;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.TextClassification;
using Microsoft.ML.KappaTune.Training.Runs;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Fine-tunes a pre-trained language model on texts, or on prompts and completions, training only some of its tensors; made by
/// <c>mlContext.Transforms.Text.KappaTuneLanguageModel</c>. Immutable. Its messages go to <c>MLContext.Log</c>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and content</description></listheader>
/// <item><term>Text, read</term><description>text: all of it or, where there are completions, the prompt</description></item>
/// <item><term><see cref="Options.CompletionColumnName"/>, read</term>
/// <description>text: what completes the prompt; optional</description></item>
/// <item><term>LogLikelihood, added</term>
/// <description><see cref="float"/>: the sum of the logarithms of the probabilities of the tokens that count</description></item>
/// <item><term>Perplexity, added</term>
/// <description><see cref="float"/>: e to the power of their mean loss; NaN where no token counts</description></item>
/// </list>
/// </remarks>
public sealed partial class KappaTuneLanguageModelEstimator : IEstimator<KappaTuneLanguageModelTransformer>
{
    private const string TrainingData = "training data", ValidationData = "validation data";

    private readonly IHost _host;
    private readonly KappaTuneLanguageModelEstimator.Options _options;
    private readonly LanguageModelColumns _columns;

    internal KappaTuneLanguageModelEstimator(IHostEnvironment env, KappaTuneLanguageModelEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        LanguageModelOptionsCheck.Validate(options);
        _host = env.Register("KappaTuneLanguageModel");
        _options = options;
        _columns = new(
            options.TextColumnName, options.CompletionColumnName, options.LogLikelihoodColumnName, options.PerplexityColumnName);
    }

    /// <summary>
    /// Scans the base model, selects tensors and trains them on the rows, each of which is read once. Dispose the result to free its native
    /// memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or is no text.</exception>
    /// <exception cref="ArgumentException">
    /// An option is out of range, the selection selects nothing, or no row has a token that the loss counts.
    /// </exception>
    /// <exception cref="CheckpointFormatException">The base model can't be read, or is no decoder.</exception>
    /// <exception cref="InvalidOperationException">There are no rows to train on or to measure on.</exception>
    /// <exception cref="FormatException">The control text is too short to measure on, or isn't UTF-8.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the first epoch ended.</exception>
    public KappaTuneLanguageModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        IReadOnlyList<LanguageModelExample> train = _columns.Read(input, TrainingData);
        IReadOnlyList<LanguageModelExample>? validation =
            _options.ValidationSet is { } validationSet ? _columns.Read(validationSet, ValidationData) : null;
        ControlSource? controlTexts =
            _options.RetentionSet is { } retentionSet ? ControlRows.Read(retentionSet, _columns.Texts.First()) : null;
        using var progress = new ProgressReport(_host, _options.Progress, "KappaTuneLanguageModel");
        TuningOutcome<CausalLanguageModel> tuned = LanguageModelTuner.Tune(new LanguageModelRequest
        {
            Options = _options with { Progress = progress.Report },
            Train = train,
            Validation = validation,
            ControlTexts = controlTexts,
            CountsPrompts = _options.CountPrompts,
            AppendsEnd = _options.AppendEndToken,
            Packs = _options.Packing,
            RouterBalance = _options.RouterBalance,
            Log = line => channel.Info(MessageSensitivity.None, line),
            Warn = line => channel.Warning(MessageSensitivity.None, line),
        });
        var texts = new LanguageModelTexts(tuned.MaxTokens, _options.CountPrompts, _options.AppendEndToken);
        return new(_host, new TunedLanguageModel
        {
            Scorer = new(tuned.Model, tuned.Tokenizer, tuned.Files, texts, tuned.Device),
            Report = tuned.Report,
            TrainedTensors = tuned.TrainedTensors,
            Adapters = tuned.Adapters,
            Columns = _columns,
            Device = _options.Device,
            Threads = _options.Threads,
        });
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or is no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (ColumnSpec text in _columns.Texts)
            text.Check(inputSchema);
        HashSet<string> added = [.. _columns.Added.Select(column => column.Name)];
        return new(inputSchema.Where(column => !added.Contains(column.Name)).Concat(_columns.Added.Select(column => column.Shape)));
    }
}
