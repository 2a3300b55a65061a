using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Gemma;

/// <summary>
/// What all of Gemma differs in from Llama: word embeddings are multiplied by the root of their size, and norms add 1 to their weights.
/// </summary>
internal abstract class GemmaLayout(string modelType, string className) : LlamaLayout(modelType, className)
{
    protected const string TanhGelu = "gelu_pytorch_tanh";

    protected static readonly LlamaDefaults First = new()
    {
        VocabularySize = 256000,
        HiddenSize = 3072,
        IntermediateSize = 24576,
        LayerCount = 28,
        HeadCount = 16,
        KeyValueHeadCount = 16,
        HeadSize = 256,
        Activation = TanhGelu,
        MaxTokens = 8192,
        TiesWordEmbeddings = true,
        PadTokenId = 0,
        BeginTokenId = 2,
        EndTokenId = 1,
    };

    protected static readonly string[] HonouredInGemma = [.. Shared, "hidden_activation", AttentionBias];

    /// <summary>How transformers keeps keys and values changes none of them.</summary>
    protected static readonly string[] HarmlessInGemma = [.. HarmlessInAll, "cache_implementation"];

    protected static readonly RefusedField[] RefusedInGemma =
    [
        .. RefusedInAll,
        new(
            "use_bidirectional_attention", "its tokens see those after them, too",
            "Use a model in which a token sees only those before it."),
    ];

    protected override string ActivationField => "hidden_activation";

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) =>
        shared with { ScalesEmbeddings = true, NormsAddOne = true };
}
