using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// An encoder or a decoder that is ready to turn texts into vectors. Any number of threads may use it at once; one of them may dispose it
/// while others compute: they finish, and the last of them frees the model.
/// </summary>
/// <param name="module">The model, without a head, on the device; disposed with this.</param>
/// <param name="files">The files that the tokenizer was made from.</param>
/// <param name="maxTokens">Tokens of the longest text, special ones included; null for what the model and its tokenizer allow.</param>
/// <param name="pooling">How tokens become one vector.</param>
/// <param name="normalize">Whether vectors have a length of 1.</param>
internal sealed class TextEmbedder(
    TransformerStack module, HuggingFaceTokenizer tokenizer, TokenizerFiles files, int? maxTokens, EmbeddingPooling pooling, bool normalize,
    Device device) : IDisposable
{
    private readonly SharedModel<TransformerStack> _model = new(module);

    /// <summary>The dimension of a vector.</summary>
    public int Size { get; } = module.Architecture.HiddenSize;

    public int MaxTokens { get; } = Math.Min(maxTokens ?? tokenizer.MaxLength, module.Architecture.MaxTokens);

    public TokenizerFiles Files => files;

    public EmbeddingPooling Pooling => pooling;

    /// <summary>Loads a folder in Hugging Face layout, or a GGUF file; what is null here is taken from it.</summary>
    /// <param name="pooling">How tokens become one vector; null for what the folder or the file says, else their mean.</param>
    /// <param name="maxTokens">Tokens of the longest text; null for as many as the folder allows.</param>
    /// <param name="normalize">Whether vectors have a length of 1.</param>
    /// <param name="zeroPaddingRow">Whether a padding token's embedding that isn't finite is taken for zeros.</param>
    /// <param name="warnings">What to know about the files.</param>
    /// <exception cref="CheckpointFormatException">It can't be read.</exception>
    /// <exception cref="ArgumentException">The pooling that is named isn't one for the model.</exception>
    public static TextEmbedder Load(
        string folder, EmbeddingPooling? pooling, int? maxTokens, bool normalize, bool zeroPaddingRow, Device device,
        out IReadOnlyList<string> warnings)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder, zeroPaddingRow);
        var files = TokenizerFiles.Read(checkpoint);
        var config = TransformerConfig.ReadAny(checkpoint);
        var tokenizer = HuggingFaceTokenizer.Create(files, config.VocabularySize);
        EmbeddingPooling? pooled;
        if (checkpoint.Gguf is { } gguf)
        {
            // It has all in it: what lies beside it may be another model's.
            pooled = pooling ?? PoolingConfig.Find(gguf.Metadata);
        }
        else
        {
            SentenceModules.RequireTextsAsTheyAre(checkpoint.Folder, tokenizer);
            pooled = pooling ?? SentenceModules.FindPooling(checkpoint.Folder);
            maxTokens ??= SentenceModules.FindMaxLength(checkpoint.Folder);
        }

        if (config is DecoderConfig && pooled == EmbeddingPooling.FirstToken)
            throw OfFirstToken(checkpoint, isOption: pooling is not null);
        TransformerStack model = config is DecoderConfig decoder
            ? TextDecoder.Load(checkpoint, decoder, device: device)
            : TextEncoder.Load(checkpoint, (EncoderConfig)config, device: device);
        warnings = UnknownFields.OfModel(checkpoint);
        return new(model, tokenizer, files, maxTokens, pooled ?? EmbeddingPooling.Mean, normalize, device);
    }

    /// <summary>A text as tokens; null is empty, and what is too long is cut.</summary>
    public EncodedText Encode(string? text) => tokenizer.EncodeAny(text, null, MaxTokens);

    /// <summary>The vectors of texts, row by row: [batch, <see cref="Size"/>].</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Embed(IReadOnlyList<EncodedText> batch, Span<float> vectors)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.Length, batch.Count * Size, nameof(vectors));
        if (batch.Count == 0)
            return;
        Use(model => ScoringThreads.Run(device, model.Operations(PaddedBatch.TokenCount(batch)), () =>
        {
            (Tensor ids, Tensor mask, Tensor types) = PaddedBatch.Create(batch, tokenizer.PadId, device);
            return SentencePooling.Pool(Pooling, model.States(ids, mask, types), mask);
        })).CopyTo(vectors);
        if (!normalize)
            return;
        for (int b = 0; b < batch.Count; b++)
            ToUnitLength(vectors.Slice(b * Size, Size));
    }

    /// <summary>Calls a function with the model, which isn't disposed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public T Use<T>(Func<TransformerStack, T> action) => _model.Use(action);

    public void Dispose() => _model.Dispose();

    private static Exception OfFirstToken(Checkpoint checkpoint, bool isOption)
    {
        const string Allowed = "LastToken or Mean for a decoder, whose first token sees none of the others";
        return isOption
            ? new ArgumentException(OptionInfo.Problem("Pooling", EmbeddingPooling.FirstToken, Allowed), "Pooling")
            : new CheckpointFormatException(
                checkpoint.Gguf is null ? Path.Combine(checkpoint.Folder, PoolingConfig.FileName) : checkpoint.Path,
                "it takes the first token's state, but the model is a decoder, whose first token sees none of the others",
                "Name LastToken or Mean in the option Pooling.");
    }

    /// <summary>A vector of zeros stays as it is.</summary>
    private static void ToUnitLength(Span<float> vector)
    {
        double squares = 0;
        foreach (float value in vector)
            squares += (double)value * value;
        double scale = squares > 0 ? 1 / Math.Sqrt(squares) : 1;
        for (int i = 0; i < vector.Length; i++)
            vector[i] = (float)(scale * vector[i]);
    }
}
