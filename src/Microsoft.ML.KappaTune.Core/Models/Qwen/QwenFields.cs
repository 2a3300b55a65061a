using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>The fields that the families of Qwen share.</summary>
internal static class QwenFields
{
    public static readonly LlamaDefaults Defaults = new()
    {
        VocabularySize = 151936,
        IntermediateSize = 22016,
        MaxTokens = 32768,
        BeginTokenId = null,
        EndTokenId = null,
    };

    /// <summary>No model that was released uses it: <c>layer_types</c> then says which layers do.</summary>
    public static readonly RefusedField SlidingWindow = new(
        "use_sliding_window", "windows in some of the layers aren't supported", "Use a model whose use_sliding_window is false.");
}
