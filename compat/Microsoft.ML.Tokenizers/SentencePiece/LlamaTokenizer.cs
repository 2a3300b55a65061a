namespace Microsoft.ML.Tokenizers;

/// <summary>Llama's tokenizer: SentencePiece's byte-pair encoding.</summary>
public sealed class LlamaTokenizer : SentencePieceTokenizer
{
    private LlamaTokenizer(ModelProto model, bool addBeginning, bool addEnd, IReadOnlyDictionary<string, int>? specialTokens)
        : base(model, addBeginning, addEnd, specialTokens)
    {
    }

    /// <summary>A tokenizer with the model of a tokenizer.model stream, which is left open.</summary>
    public static new LlamaTokenizer Create(
        Stream modelStream, bool addBeginOfSentence = true, bool addEndOfSentence = false,
        IReadOnlyDictionary<string, int>? specialTokens = null)
    {
        ArgumentNullException.ThrowIfNull(modelStream);
        ModelProto model = ModelProto.Read(modelStream);
        if (model.Type != ModelProto.ModelType.Bpe)
            throw new ArgumentException($"Llama's model is byte-pair encoding, and this one is '{model.Type}'.", nameof(modelStream));
        return new LlamaTokenizer(model, addBeginOfSentence, addEndOfSentence, specialTokens);
    }
}
