using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// A fused model that is ready to write what it hears. Any number of threads may use it at once; one of them may dispose it meanwhile: the
/// others finish.
/// </summary>
/// <param name="model">The model, a fused one, which others may use as well, for text; disposed with this.</param>
/// <param name="config">Its parts around the decoder.</param>
/// <param name="decoder">Its decoder.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="endTokens">The ids of which each ends a text.</param>
/// <param name="device">Where it is.</param>
internal sealed class Transcriber(
    SharedModel<CausalLanguageModel> model, FusionConfig config, DecoderConfig decoder, HuggingFaceTokenizer tokenizer,
    IReadOnlyCollection<int> endTokens, Device device) : IDisposable
{
    private readonly FusedLayout _layout = new(tokenizer, config);
    private readonly int _vocabulary = LanguageGenerator.VocabularyOf(tokenizer, decoder);
    private readonly int[] _missing = LanguageGenerator.MissingIn(tokenizer, decoder, endTokens);

    /// <param name="model">The model, on the device, which nobody else uses; disposed with this.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="endTokens">The ids of which each ends a text.</param>
    public Transcriber(FusedModel model, HuggingFaceTokenizer tokenizer, IReadOnlyCollection<int> endTokens)
        : this(
            new SharedModel<CausalLanguageModel>(model), model.FusionConfig, model.Decoder.Config, tokenizer, endTokens,
            model.Decoder.WordEmbeddings.device)
    {
    }

    /// <summary>Whether a recording has more frames than the encoder takes; then it says so.</summary>
    public string? FindExcess(int frames) => config.FindExcess(frames);

    /// <inheritdoc cref="FusionConfig.WeightOf"/>
    public long WeightOf(int frames) => config.WeightOf(frames);

    /// <summary>Tokens before the transcript of a recording of so many frames.</summary>
    public int TokensBefore(int frames) => _layout.Prompt(frames).Length;

    /// <summary>
    /// Writes what is said in recordings, all of them at once: those of like length best. Each has the text, but for rounding, that it has
    /// alone; each draws by the options' seed.
    /// </summary>
    /// <param name="recordings">Their frames, as they were made.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Ends it before the next tokens.</param>
    /// <exception cref="ArgumentException">
    /// An option isn't allowed, frames have another size than the model's, or a recording is longer than the encoder takes, or leaves no
    /// room for a token.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Transcript[] Transcribe(
        IReadOnlyList<Frames> recordings, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        options.Check();
        if (recordings.Count == 0)
            return [];
        if (recordings.Select(recording => config.FindExcess(recording.Count)).FirstOrDefault(excess => excess is not null) is { } tooLong)
            throw new ArgumentException(tooLong, nameof(recordings));
        Frames[] frames = [.. recordings.Select(recording => recording.For(config))];
        int[][] prompts = [.. frames.Select(row => _layout.Prompt(row.Count))];
        int longest = prompts.Max(prompt => prompt.Length);
        if (longest >= decoder.MaxTokens)
        {
            throw new ArgumentException(
                $"A recording has {longest} tokens with its prompt, and the model's context {decoder.MaxTokens}, which leaves no room. "
                + "Cut the recording where nobody speaks.",
                nameof(recordings));
        }

        if (longest == 0)
            throw new ArgumentException("There are neither prompts nor frames to begin with.", nameof(recordings));
        return model.Use(module => Write((FusedModel)module, frames, prompts, longest, options, cancellationToken));
    }

    /// <summary>The same of any number of recordings, so many of like length at once.</summary>
    /// <param name="recordings">Their frames, as they were made.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="atOnce">How many at once.</param>
    /// <param name="written">Hears how many are done; null for nobody.</param>
    /// <param name="cancellationToken">Ends it before the next tokens.</param>
    /// <inheritdoc cref="Transcribe"/>
    public Transcript[] TranscribeAll(
        IReadOnlyList<Frames> recordings, GenerationOptions options, int atOnce = 16, Action<int>? written = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(atOnce);
        var transcripts = new Transcript[recordings.Count];
        int done = 0;
        foreach (int[] rows in Enumerable.Range(0, recordings.Count).OrderBy(row => recordings[row].Count).Chunk(atOnce))
        {
            Transcript[] heard = Transcribe([.. rows.Select(row => recordings[row])], options, cancellationToken);
            for (int i = 0; i < rows.Length; i++)
                transcripts[rows[i]] = heard[i];
            written?.Invoke(done += rows.Length);
        }

        return transcripts;
    }

    public void Dispose() => model.Dispose();

    private Transcript[] Write(
        FusedModel module, Frames[] frames, int[][] prompts, int longest, GenerationOptions options, CancellationToken cancellationToken)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using KeyValueCache cache = module.Decoder.NewCache();
        TranscriptWriter[] writers =
            [.. prompts.Select(prompt => new TranscriptWriter(tokenizer, endTokens, _missing, options, prompt, _layout.PlacesIn(prompt)))];
        (Tensor ids, Tensor mask) = Padded(prompts, longest);
        long[] first = [.. prompts.Select((prompt, row) => (row + 1L) * longest - prompt.Length + _layout.FirstVector)];
        InputVectors? given = module.Project(FusedInput.Create(frames, first, config, device));
        for (int count = 1; ; count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            Tensor last = module.Decoder.Decode(ids, mask, cache, given).narrow(1, ids.shape[1] - 1, 1); // [B, 1, H]
            float[] logits = module.Head(last).to(ScalarType.Float32, CPU).contiguous().data<float>().ToArray();
            int all = logits.Length / writers.Length;
            bool isFull = longest + count >= decoder.MaxTokens;
            for (int row = 0; row < writers.Length; row++)
                writers[row].Add(logits.AsSpan(row * all, all), _vocabulary, isFull);
            if (Array.TrueForAll(writers, writer => writer.IsDone))
                return [.. writers.Select(writer => writer.Result())];
            // A row that has ended reads on what nobody looks at.
            long[] next = [.. writers.Select(writer => (long)writer.Last)], read = [.. writers.Select(writer => writer.IsDone ? 0L : 1L)];
            ids = tensor(next, [next.Length, 1], device: device).MoveToOuterDisposeScope();
            mask = cat([mask, tensor(read, [read.Length, 1], device: device)], 1).MoveToOuterDisposeScope();
            given = null;
        }
    }

    /// <summary>All prompts, padded on the left, so that all are gone on with at the same place.</summary>
    private (Tensor Ids, Tensor Mask) Padded(int[][] prompts, int longest)
    {
        long[] ids = new long[prompts.Length * longest], mask = new long[ids.Length];
        Array.Fill(ids, tokenizer.PadId);
        for (int row = 0; row < prompts.Length; row++)
        {
            int begin = (row + 1) * longest - prompts[row].Length;
            for (int i = 0; i < prompts[row].Length; i++)
                (ids[begin + i], mask[begin + i]) = (prompts[row][i], 1);
        }

        return (tensor(ids, [prompts.Length, longest], device: device), tensor(mask, [prompts.Length, longest], device: device));
    }
}
