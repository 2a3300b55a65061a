using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.LanguageModels;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.TextClassification;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Runs;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Fine-tunes a pre-trained language model on texts, on prompts and completions, or on conversations, training only some of its tensors;
/// made by <c>mlContext.Transforms.Text.KappaTuneLanguageModel</c>. Immutable. Its messages go to <c>MLContext.Log</c>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type and content</description></listheader>
/// <item><term>Text, read</term><description>text: all of it or, where there are completions, the prompt</description></item>
/// <item><term><see cref="Options.CompletionColumnName"/>, read</term>
/// <description>text: what completes the prompt; optional</description></item>
/// <item><term><see cref="Options.MessagesColumnName"/>, read</term>
/// <description>text: a conversation, as JSON; optional, and then instead of the others</description></item>
/// <item><term>LogLikelihood, added</term>
/// <description><see cref="float"/>: the sum of the logarithms of the probabilities of the tokens that count</description></item>
/// <item><term>Perplexity, added</term>
/// <description><see cref="float"/>: e to the power of their mean loss; NaN where no token counts</description></item>
/// <item><term><see cref="Options.GeneratedTextColumnName"/>, added</term>
/// <description>text: what the model writes after the text, the prompt or the conversation; optional</description></item>
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
            options.TextColumnName, options.CompletionColumnName, options.MessagesColumnName, options.LogLikelihoodColumnName,
            options.PerplexityColumnName, options.GeneratedTextColumnName);
    }

    /// <summary>
    /// Scans the base model, selects tensors and trains them on the rows, each of which is read once. Dispose the result to free its native
    /// memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column isn't there, or is no text.</exception>
    /// <exception cref="ArgumentException">
    /// An option is out of range, the selection selects nothing, or no row has a token that the loss counts.
    /// </exception>
    /// <exception cref="CheckpointFormatException">
    /// The base model can't be read, is no decoder, or has no chat template where there are conversations.
    /// </exception>
    /// <exception cref="InvalidOperationException">There are no rows to train on or to measure on.</exception>
    /// <exception cref="FormatException">
    /// A conversation isn't valid, of which the message names the row; or the control text is too short to measure on, or isn't UTF-8.
    /// </exception>
    /// <exception cref="ChatTemplateException">
    /// The chat template doesn't take a conversation, or it can't be told what of it the model wrote; the message names the row.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the first epoch ended.</exception>
    public KappaTuneLanguageModelTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        (GenerationFiles generation, ConversationEncoder? conversations) = ReadBase();
        IReadOnlyList<LanguageModelExample> train = Read(input, TrainingData);
        IReadOnlyList<LanguageModelExample>? validation =
            _options.ValidationSet is { } validationSet ? Read(validationSet, ValidationData) : null;
        ControlSource? controlTexts =
            _options.RetentionSet is { } retentionSet ? ControlRows.Read(retentionSet, _columns.TextColumn) : null;
        // A chat template ends turns itself.
        bool appendsEnd = _options.AppendEndToken && conversations is null;
        int[] ends = [.. train.SelectMany(example => example.EndTokens).Distinct()];
        if (conversations is not null && ends.Length == 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                "No turn of the assistant's ends with a special token that counts, so that the model doesn't learn to stop: check what the "
                + "chat template has between {% generation %} and {% endgeneration %}, and that conversations have such turns.");
        }

        using var progress = new ProgressReport(_host, _options.Progress, "KappaTuneLanguageModel");
        TuningOutcome<CausalLanguageModel> tuned = LanguageModelTuner.Tune(new LanguageModelRequest
        {
            Options = _options with { Progress = progress.Report },
            Train = train,
            Validation = validation,
            ControlTexts = controlTexts,
            RetentionPrompts = _options.RetentionPrompts,
            CountsPrompts = _options.CountPrompts,
            AppendsEnd = appendsEnd,
            Packs = _options.Packing,
            RouterBalance = _options.RouterBalance,
            Log = line => channel.Info(MessageSensitivity.None, line),
            Warn = line => channel.Warning(MessageSensitivity.None, line),
        });
        var texts = new LanguageModelTexts(tuned.MaxTokens, _options.CountPrompts, appendsEnd);
        DecoderConfig config = tuned.Model.Decoder.Config;
        if (appendsEnd)
            ends = [LanguageModelTokenizing.EndOf(tuned.Tokenizer, config)];
        return new(_host, new TunedLanguageModel
        {
            Scorer = new(tuned.Model, tuned.Tokenizer, tuned.Files, texts, tuned.Device),
            Report = tuned.Report,
            TrainedTensors = tuned.TrainedTensors,
            Adapters = tuned.Adapters,
            Columns = _columns,
            Generation = generation.WithEndTokens(ends, config.EndTokenIds),
            Conversations = conversations,
            Writing = _options.Generation,
            WeightStorage = _options.WeightStorage,
            TrainedFrom = Checkpoint.PlaceOf(_options.BaseModel),
            Device = _options.Device,
            Threads = _options.Threads,
        });

        IReadOnlyList<LanguageModelExample> Read(IDataView data, string name) => _columns.Read(
            data, name, conversations,
            new() { MaxDegreeOfParallelism = ThreadSetting.CountOf(_options.Threads), CancellationToken = _options.CancellationToken });
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

    /// <summary>Reads how the base model writes, which what is made of it takes along, and how conversations become its tokens.</summary>
    private (GenerationFiles Generation, ConversationEncoder? Conversations) ReadBase()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_options.BaseModel, _options.ZeroPaddingRow);
        var generation = GenerationFiles.Read(checkpoint);
        // What is wrong with it is said before training.
        generation.ReadEndTokens([]);
        if (_columns.GeneratedText is not null && _options.Generation is null)
            generation.ReadConfig([]);
        if (_columns.Messages is null)
            return (generation, null);
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        var tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        return (
            generation,
            ConversationEncoder.Create(files, generation, tokenizer, _options.CountPrompts, _options.SpecialTokensInMessages));
    }
}
