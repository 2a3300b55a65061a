using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>What the families of Qwen share.</summary>
internal static class QwenFields
{
    private const string UsesWindow = "use_sliding_window", Window = "sliding_window", FirstLayer = "max_window_layers",
        LayerTypes = "layer_types";

    public static readonly LlamaDefaults Defaults = new()
    {
        VocabularySize = 151936,
        IntermediateSize = 22016,
        MaxTokens = 32768,
        BeginTokenId = null,
        EndTokenId = null,
    };

    /// <summary>No mixture that was released uses it, and versions of transformers differ in which layers have one then.</summary>
    public static readonly RefusedField SlidingWindow = new(
        UsesWindow, "windows in mixtures of experts aren't supported", "Use a model whose use_sliding_window is false.");

    /// <summary>The fields of windows.</summary>
    public static readonly string[] Windows = [UsesWindow, Window, FirstLayer, LayerTypes];

    /// <summary>Windows count where they are switched on, in the layers that a list names, or from one on.</summary>
    /// <exception cref="CheckpointFormatException">A field is wrong.</exception>
    public static DecoderConfig WithWindows(ConfigFields fields, DecoderConfig config)
    {
        bool isUsed = fields.Flag(UsesWindow, false) && !fields.IsNull(Window);
        int first = fields.Index(FirstLayer, 28, int.MaxValue);
        return LlamaLayout.WithWindows(fields, config, isUsed ? fields.Count(Window, 4096) : null, layer => layer >= first);
    }

    public static void WriteWindows(DecoderConfig config, JsonObject root)
    {
        int[] layers = [.. Enumerable.Range(0, config.LayerCount).Where(config.HasWindow)];
        root[UsesWindow] = config.SlidingWindow is not null;
        root[Window] = config.SlidingWindow;
        root[FirstLayer] = layers.FirstOrDefault(config.LayerCount);
        root[LayerTypes] = LlamaLayout.LayerTypes(config);
    }
}
