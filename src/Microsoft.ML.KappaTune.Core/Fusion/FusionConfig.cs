using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// The sizes of an encoder of frames and a projector, and the prompts around what they make: what <c>fusion.json</c> says.
/// </summary>
internal sealed record FusionConfig
{
    /// <summary>The file beside the decoder's own.</summary>
    public const string FileName = "fusion.json";

    private const string Newer = "Use the version that wrote the model, or a later one.";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly string[] Fields =
    [
        "frame_size", "encoder_size", "convolutions", "residual_blocks", "encoder_layers", "encoder_heads", "stacked_vectors",
        "projector_size", "decoder_size", "normalizes_frames", "prompt_before", "prompt_after",
    ];

    /// <summary>Values of a frame.</summary>
    public required int FrameSize { get; init; }

    /// <summary>Values of each of the encoder's states.</summary>
    public required int EncoderSize { get; init; }

    /// <summary>Convolutions that halve the number of frames, 1 or more.</summary>
    public required int Convolutions { get; init; }

    public required int ResidualBlocks { get; init; }

    public required int EncoderLayers { get; init; }

    /// <summary>Heads of attention of the encoder's layers.</summary>
    public required int EncoderHeads { get; init; }

    /// <summary>States of the encoder that become one vector.</summary>
    public required int StackedVectors { get; init; }

    /// <summary>Values between the projector's two layers.</summary>
    public required int ProjectorSize { get; init; }

    /// <summary>Values of a vector that enters the decoder.</summary>
    public required int DecoderSize { get; init; }

    /// <summary>What vectors are multiplied by before anything was learnt; no file has it.</summary>
    public double InitialGain { get; init; } = new FusionOptions().InitialGain;

    public required bool NormalizesFrames { get; init; }

    /// <summary>What the decoder reads before the vectors.</summary>
    public required string PromptBefore { get; init; }

    /// <summary>What it reads behind them, before the transcript.</summary>
    public required string PromptAfter { get; init; }

    /// <param name="options">Checked options.</param>
    /// <param name="frameSize">Values of a frame.</param>
    /// <param name="decoderSize">Values of a token's state.</param>
    public static FusionConfig Create(FusionOptions options, int frameSize, int decoderSize) => new()
    {
        FrameSize = frameSize,
        EncoderSize = options.EncoderSize,
        Convolutions = options.Convolutions,
        ResidualBlocks = options.ResidualBlocks,
        EncoderLayers = options.EncoderLayers,
        EncoderHeads = options.EncoderHeads,
        StackedVectors = options.StackedVectors,
        ProjectorSize = options.ProjectorSize,
        DecoderSize = decoderSize,
        InitialGain = options.InitialGain,
        NormalizesFrames = options.NormalizeFrames,
        PromptBefore = options.PromptBefore,
        PromptAfter = options.PromptAfter,
    };

    /// <summary>The states that the encoder makes of so many frames.</summary>
    public int StateCount(int frames)
    {
        for (int i = 0; i < Convolutions; i++)
            frames = Halved(frames);
        return frames;
    }

    /// <summary>The vectors that enter the decoder for so many frames.</summary>
    public int VectorCount(int frames)
    {
        (int whole, int rest) = Math.DivRem(StateCount(frames), StackedVectors);
        return whole + (rest > 0 ? 1 : 0);
    }

    /// <summary>The places that a convolution of stride 2 makes of so many.</summary>
    public static int Halved(int places) => places / 2 + places % 2;

    /// <exception cref="CheckpointFormatException">A field is missing, wrong, or of a later version.</exception>
    public static FusionConfig Read(JsonField root)
    {
        if (root.Members().FirstOrDefault(member => !Fields.Contains(member.Name)).Name is { } unknown)
            throw root.FaultOf(unknown, "this version doesn't know it", Newer);
        var config = new FusionConfig
        {
            FrameSize = Whole("frame_size", 1),
            EncoderSize = Whole("encoder_size", 1),
            Convolutions = Whole("convolutions", 1, 8),
            ResidualBlocks = Whole("residual_blocks", 0),
            EncoderLayers = Whole("encoder_layers", 0),
            EncoderHeads = Whole("encoder_heads", 1),
            StackedVectors = Whole("stacked_vectors", 1),
            ProjectorSize = Whole("projector_size", 1),
            DecoderSize = Whole("decoder_size", 1),
            NormalizesFrames = root.Get("normalizes_frames").Flag(),
            PromptBefore = root.Get("prompt_before").Text(),
            PromptAfter = root.Get("prompt_after").Text(),
        };
        return config.EncoderLayers == 0 || config.EncoderSize % (2L * config.EncoderHeads) == 0 ? config
            : throw root.Get("encoder_size").Fault("it isn't a multiple of twice the number of heads");

        // No network here has more layers, or states of more values.
        int Whole(string name, int least, int most = 1 << 20) => root.Get(name).Whole(least, most);
    }

    public string ToJson() => new JsonObject
    {
        ["frame_size"] = FrameSize,
        ["encoder_size"] = EncoderSize,
        ["convolutions"] = Convolutions,
        ["residual_blocks"] = ResidualBlocks,
        ["encoder_layers"] = EncoderLayers,
        ["encoder_heads"] = EncoderHeads,
        ["stacked_vectors"] = StackedVectors,
        ["projector_size"] = ProjectorSize,
        ["decoder_size"] = DecoderSize,
        ["normalizes_frames"] = NormalizesFrames,
        ["prompt_before"] = PromptBefore,
        ["prompt_after"] = PromptAfter,
    }.ToJsonString(Indented);
}
