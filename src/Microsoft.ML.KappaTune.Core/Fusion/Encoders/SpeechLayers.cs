using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>Layers of pre-trained encoders of speech, of which each state sees all of its row. They have no dropout.</summary>
internal static class SpeechLayers
{
    public static PreNormLayer[] PreNorm(SpeechEncoderConfig config, ModuleTree modules) =>
    [
        .. Enumerable.Range(0, config.LayerCount).Select(i => new PreNormLayer
        {
            AttentionNorm = modules.Norm(ModuleSlot.AttentionNorm, i),
            Attention = Attention(config, i, modules),
            FeedForwardNorm = modules.Norm(ModuleSlot.FeedForwardNorm, i),
            FeedForward = modules.FeedForward(config.Activation, i),
        }),
    ];

    public static PostNormLayer[] PostNorm(SpeechEncoderConfig config, ModuleTree modules) =>
    [
        .. Enumerable.Range(0, config.LayerCount).Select(i => new PostNormLayer
        {
            Attention = Attention(config, i, modules),
            AttentionNorm = modules.Norm(ModuleSlot.AttentionNorm, i),
            FeedForward = modules.FeedForward(config.Activation, i),
            FeedForwardNorm = modules.Norm(ModuleSlot.FeedForwardNorm, i),
        }),
    ];

    private static Attention Attention(SpeechEncoderConfig config, int layer, ModuleTree modules)
    {
        int headSize = config.Size / config.HeadCount;
        return new()
        {
            Query = modules.Linear(ModuleSlot.Query, layer),
            Key = modules.Linear(ModuleSlot.Key, layer),
            Value = modules.Linear(ModuleSlot.Value, layer),
            Output = modules.Linear(ModuleSlot.AttentionOutput, layer),
            HeadCount = config.HeadCount,
            KeyValueHeadCount = config.HeadCount,
            HeadSize = headSize,
            Scale = 1 / Math.Sqrt(headSize),
            // Half a minute of speech has scores of 1500 by 1500 a head, which needn't be in memory.
            IsFused = true,
        };
    }
}
