using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>What families of Qwen without mixtures share: where windows are switched on, some layers have one.</summary>
internal abstract class QwenLayout(string modelType, string className) : LlamaLayout(modelType, className)
{
    private const string UsesWindow = "use_sliding_window", Window = "sliding_window", FirstLayer = "max_window_layers",
        Types = "layer_types";

    /// <summary>Those of all of Qwen.</summary>
    public static readonly LlamaDefaults Common = new()
    {
        VocabularySize = 151936,
        IntermediateSize = 22016,
        MaxTokens = 32768,
        BeginTokenId = null,
        EndTokenId = null,
    };

    protected static readonly string[] HonouredInQwen = [.. Shared, UsesWindow, Window, FirstLayer, Types];

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        int[] layers = [.. Enumerable.Range(0, config.LayerCount).Where(config.HasWindow)];
        root[UsesWindow] = config.SlidingWindow is not null;
        root[Window] = config.SlidingWindow;
        root[FirstLayer] = layers.FirstOrDefault(config.LayerCount);
        root[Types] = LayerTypes(config);
    }

    /// <summary>The layers with a window are those that a list names, or those from one on.</summary>
    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        bool isUsed = fields.Flag(UsesWindow, false) && !fields.IsNull(Window);
        int first = fields.Index(FirstLayer, 28, int.MaxValue);
        return WithWindows(fields, shared, isUsed ? fields.Count(Window, 4096) : null, layer => layer >= first);
    }
}
