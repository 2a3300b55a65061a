namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>The fields that the families of Qwen share.</summary>
internal static class QwenFields
{
    /// <summary>No model that was released uses it: <c>layer_types</c> then says which layers do.</summary>
    public static readonly RefusedField SlidingWindow = new(
        "use_sliding_window", "windows in some of the layers aren't supported", "Use a model whose use_sliding_window is false.");
}
