using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Models;

/// <summary>A fused model's sizes, and those of the batch that it learns from.</summary>
internal sealed record SpeechShape(string Name, DecoderConfig Decoder, FusionOptions Fusion)
{
    public const int FrameSize = 80, Rows = 8;

    /// <summary>Tokens before the vectors, behind them, and of a transcript with its end.</summary>
    public const int Before = 3, Behind = 3, Transcript = 16;

    /// <summary>Of some million parameters, with an encoder that learns by characters first.</summary>
    public static SpeechShape Small { get; } = new(
        "a small decoder, 6 layers × 256",
        new()
        {
            VocabularySize = 4096,
            HiddenSize = 256,
            LayerCount = 6,
            HeadCount = 4,
            KeyValueHeadCount = 4,
            HeadSize = 64,
            IntermediateSize = 768,
            MaxTokens = 512,
            TiesWordEmbeddings = true,
        },
        new() { Convolutions = 2, StackedVectors = 2, ResidualBlocks = 4 });

    /// <summary>SmolLM2-135M's, with the default encoder.</summary>
    public static SpeechShape SmolLm2 { get; } = new(
        "SmolLM2-135M's shape, 30 layers × 576",
        new()
        {
            VocabularySize = 49152,
            HiddenSize = 576,
            LayerCount = 30,
            HeadCount = 9,
            KeyValueHeadCount = 3,
            HeadSize = 64,
            IntermediateSize = 1536,
            MaxTokens = 2048,
            RotaryBase = 100000,
            NormEps = 1e-5,
            TiesWordEmbeddings = true,
        },
        new());

    /// <summary>Frames of each row: utterances of 3 to 4 seconds, as rows of like length are together.</summary>
    public static int[] Frames { get; } = [.. Enumerable.Range(0, Rows).Select(row => 300 + 100 * row / (Rows - 1))];
}
