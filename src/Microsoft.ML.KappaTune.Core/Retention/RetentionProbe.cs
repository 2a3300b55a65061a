using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// Measures what a model kept of its base: both do on the same windows of a control text what the base was trained to do. Encoders guess
/// hidden tokens under the base model's head, because the tuned model's own is the task's. Decoders guess the next tokens, each under its
/// own head where that is for words, or under the base's. Sentence encoders find neighbouring sentences. The same pass gives the hidden
/// states to compare. On texts of the task, where there are some, the predictions of both are compared.
/// </summary>
internal sealed class RetentionProbe
{
    private readonly bool _hasHead;
    private readonly Func<PairReader>? _newPairReader;

    /// <param name="windows">All of them, in the order of forward passes.</param>
    /// <param name="task">Texts of the task, as windows.</param>
    /// <param name="hasHead">Whether the base has a head to predict with.</param>
    /// <param name="newPairReader">Makes what reads a sentence encoder's answers; null for another base.</param>
    public RetentionProbe(
        ControlSource text, RetentionSettings settings, RetentionObjective? objective, IEnumerable<MaskedWindow> windows,
        MaskedWindow[] task, bool hasHead, Func<PairReader>? newPairReader = null)
    {
        Text = text.Name;
        Settings = settings;
        Objective = objective;
        Batches = [.. windows.Chunk(settings.BatchSize)];
        Task = task;
        _hasHead = hasHead;
        _newPairReader = newPairReader;
    }

    /// <summary>The control text's path or name.</summary>
    public string Text { get; }

    public RetentionSettings Settings { get; }

    /// <summary>What the base was trained to do; null where it has no head for that and isn't a sentence encoder.</summary>
    public RetentionObjective? Objective { get; }

    /// <summary>The windows of each forward pass; for a sentence encoder, each window is a sentence.</summary>
    public IReadOnlyList<MaskedWindow[]> Batches { get; }

    /// <summary>Texts of the task; empty where none were given, or where the base has no head to predict with.</summary>
    public IReadOnlyList<MaskedWindow> Task { get; }

    /// <summary>All windows, in the order of <see cref="Batches"/>.</summary>
    public IReadOnlyList<MaskedWindow> Windows => [.. Batches.SelectMany(batch => batch)];

    /// <summary>Windows that make up a sample: two sentences for a pair, otherwise one.</summary>
    public int WindowsPerSample => Objective is RetentionObjective.SentencePairs ? 2 : 1;

    /// <summary>How many answers each sample asks for.</summary>
    public double[] Answers => Objective is RetentionObjective.SentencePairs
        ? [.. Enumerable.Repeat((double)PairReader.AnswersOfPair, Windows.Count / WindowsPerSample)]
        : [.. Windows.Select(window => (double)window.Targets.Count(target => target >= 0))];

    /// <summary>Reads the control text for an encoder, all of it.</summary>
    /// <param name="baseModel">The checkpoint that training begins from.</param>
    /// <param name="settings">How to measure; the defaults are for all.</param>
    /// <param name="task">Rows of the task; null for none.</param>
    /// <exception cref="IOException">The text can't be read.</exception>
    /// <exception cref="FormatException">The text isn't UTF-8, or is too short.</exception>
    public static RetentionProbe Create(
        Checkpoint baseModel, EncoderConfig config, HuggingFaceTokenizer tokenizer, ControlSource text, RetentionSettings? settings = null,
        IReadOnlyList<TaskText>? task = null)
    {
        settings ??= new();
        return ControlSamples.Read(baseModel, config, tokenizer, text, settings.MaxWindows, settings).Probe(task: task);
    }

    /// <summary>Reads the control text for a decoder, in overlapping windows.</summary>
    /// <exception cref="IOException">The text can't be read.</exception>
    /// <exception cref="FormatException">The text isn't UTF-8, or is too short.</exception>
    public static RetentionProbe Create(
        DecoderConfig config, HuggingFaceTokenizer tokenizer, ControlSource text, RetentionSettings? settings = null,
        IReadOnlyList<TaskText>? task = null)
    {
        settings ??= new();
        int begin = tokenizer.BeginId, most = settings.Longest(config.MaxTokens, tokenizer), maxTokens = most - (begin >= 0 ? 1 : 0);
        var tokens = new TextTokens(text, tokenizer.EncodeWithOffsets);
        List<MaskedWindow> windows =
            StridedText.Read(tokens.Read, settings.MaxWindows, maxTokens, StridedText.StrideOf(settings, maxTokens), begin)
            ?? throw ControlText.TooShort(text);
        return new(
            text, settings, RetentionObjective.NextToken, windows,
            task is null ? [] : TaskInputs.Next(task, tokenizer, settings, most), hasHead: true);
    }

    /// <summary>Loads the base model from its checkpoint, as it was before training, and compares. The encoder is left as it is.</summary>
    /// <param name="baseModel">The checkpoint that training began from.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <param name="progress">Told the samples that are done, and of how many; null for nobody.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RetentionReport Measure(
        Checkpoint baseModel, TextEncoder tuned, CancellationToken cancellationToken, Action<int, int>? progress = null)
    {
        (ScalarType dtype, Device device) = (tuned.WordEmbeddings.dtype, tuned.WordEmbeddings.device);
        if (!_hasHead)
        {
            using TextEncoder encoder = TextEncoder.Load(baseModel, tuned.Config, dtype, device);
            return RetentionComparison.Run(this, new(encoder, encoder, null), new(tuned, tuned, null), progress, cancellationToken);
        }

        using MaskedLanguageModel language = MaskedLanguageModel.Load(baseModel, tuned.Config, dtype, device);
        return RetentionComparison.Run(
            this, new(language, language.Encoder, language.Head), new(tuned, tuned, language.Head), progress, cancellationToken);
    }

    /// <summary>
    /// Compares a decoder with its base. Its adapters are part of it and not of the base, and it may have a head of its own where the
    /// base's is tied.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RetentionReport Measure(
        Checkpoint baseModel, CausalLanguageModel tuned, CancellationToken cancellationToken, Action<int, int>? progress = null)
    {
        (ScalarType dtype, Device device) = (tuned.Decoder.WordEmbeddings.dtype, tuned.Decoder.WordEmbeddings.device);
        using CausalLanguageModel language = CausalLanguageModel.Load(baseModel, dtype: dtype, device: device);
        return RetentionComparison.Run(
            this, new(language, language.Decoder, language.Head), new(tuned, tuned.Decoder, tuned.Head), progress, cancellationToken);
    }

    /// <summary>Compares a decoder that has the head of another task, under the base's head, with its base.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RetentionReport Measure(
        Checkpoint baseModel, TextDecoder tuned, CancellationToken cancellationToken, Action<int, int>? progress = null)
    {
        (ScalarType dtype, Device device) = (tuned.WordEmbeddings.dtype, tuned.WordEmbeddings.device);
        using CausalLanguageModel language = CausalLanguageModel.Load(baseModel, dtype: dtype, device: device);
        return RetentionComparison.Run(
            this, new(language, language.Decoder, language.Head), new(tuned, tuned, language.HeadFor(tuned)), progress, cancellationToken);
    }

    /// <summary>Compares a tuned model with its base, whatever it is.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RetentionReport Measure(
        Checkpoint baseModel, TextModel tuned, CancellationToken cancellationToken, Action<int, int>? progress = null) => tuned switch
        {
            CausalLanguageModel decoder => Measure(baseModel, decoder, cancellationToken, progress),
            { Stack: TextEncoder encoder } => Measure(baseModel, encoder, cancellationToken, progress),
            { Stack: TextDecoder decoder } => Measure(baseModel, decoder, cancellationToken, progress),
            _ => throw new ArgumentException($"A {tuned.GetName()} has no objective on a control text.", nameof(tuned)),
        };

    /// <summary>Makes what reads a model's answers to the objective; null where there is none.</summary>
    /// <param name="head">States, [M, H], to logits, [M, vocabulary]; null for a base without one.</param>
    public AnswerReader? NewReader(Func<Tensor, Tensor>? head) => Objective switch
    {
        null => null,
        RetentionObjective.SentencePairs => _newPairReader!(),
        RetentionObjective.NextToken => new GuessReader(head!, GuessReader.MostOfDecoder),
        _ => new GuessReader(head!),
    };
}
