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

    private const string EncoderModelField = "encoder_model";

    private static readonly string[] Fields =
        ["frame_size", "stacked_vectors", "projector_size", "decoder_size", "normalizes_frames", "prompt_before", "prompt_after"];

    /// <summary>Those of an encoder that began with random weights.</summary>
    private static readonly string[] EncoderFields =
        ["encoder_size", "convolutions", "residual_blocks", "encoder_layers", "encoder_heads"];

    /// <summary>The encoder that was read from a model of its own; null for one that began with random weights.</summary>
    public SpeechEncoderConfig? EncoderModel { get; init; }

    /// <summary>Values of a frame.</summary>
    public required int FrameSize { get; init; }

    /// <summary>Values of each of the encoder's states.</summary>
    public required int EncoderSize { get; init; }

    /// <summary>Convolutions that halve the number of frames, 1 or more; it is 0, as the next three, of an encoder that was read.</summary>
    public int Convolutions { get; init; }

    public int ResidualBlocks { get; init; }

    public int EncoderLayers { get; init; }

    /// <summary>Heads of attention of the encoder's layers.</summary>
    public int EncoderHeads { get; init; }

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
    public static FusionConfig Create(FusionOptions options, int frameSize, int decoderSize) => Parts(options, decoderSize) with
    {
        FrameSize = frameSize,
        EncoderSize = options.EncoderSize,
        Convolutions = options.Convolutions,
        ResidualBlocks = options.ResidualBlocks,
        EncoderLayers = options.EncoderLayers,
        EncoderHeads = options.EncoderHeads,
        NormalizesFrames = options.NormalizeFrames,
    };

    /// <summary>The same with an encoder that is read, which says its sizes.</summary>
    /// <param name="normalizesFrames">Whether it takes normalised samples.</param>
    public static FusionConfig Create(FusionOptions options, SpeechEncoderConfig encoder, bool normalizesFrames, int decoderSize) =>
        Parts(options, decoderSize) with
        {
            EncoderModel = encoder,
            FrameSize = encoder.FrameSize,
            EncoderSize = encoder.Size,
            NormalizesFrames = normalizesFrames,
        };

    /// <summary>The most frames of a row; null for any number.</summary>
    public int? MaximumFrames => EncoderModel?.MaximumFrames;

    /// <summary>Whether these are more frames than a row may have; then it says so.</summary>
    public string? FindExcess(int frames) => !(frames > MaximumFrames) ? null
        : FormattableString.Invariant($"The recording has {frames} frames, and the encoder takes {MaximumFrames}. ")
            + "Cut it where nobody speaks.";

    /// <summary>
    /// What encoding so many frames takes of memory, about, in frames of which there are a hundred a second: what bounds a batch.
    /// </summary>
    public long WeightOf(int frames) => EncoderModel?.WeightOf(frames) ?? frames;

    /// <summary>The states that the encoder makes of so many frames.</summary>
    public int StateCount(int frames)
    {
        if (EncoderModel is not null)
            return EncoderModel.StateCount(frames);
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
        SpeechEncoderConfig? encoder = root.Find(EncoderModelField) is { } section ? SpeechEncoderConfig.ReadOwn(section) : null;
        string[] fields = encoder is null ? [.. Fields, .. EncoderFields] : [.. Fields, EncoderModelField];
        if (root.Members().FirstOrDefault(member => !fields.Contains(member.Name)).Name is { } unknown)
            throw root.FaultOf(unknown, "this version doesn't know it", Newer);
        var config = new FusionConfig
        {
            EncoderModel = encoder,
            FrameSize = Whole("frame_size", 1),
            EncoderSize = encoder?.Size ?? Whole("encoder_size", 1),
            Convolutions = encoder is null ? Whole("convolutions", 1, 8) : 0,
            ResidualBlocks = encoder is null ? Whole("residual_blocks", 0) : 0,
            EncoderLayers = encoder is null ? Whole("encoder_layers", 0) : 0,
            EncoderHeads = encoder is null ? Whole("encoder_heads", 1) : 0,
            StackedVectors = Whole("stacked_vectors", 1),
            ProjectorSize = Whole("projector_size", 1),
            DecoderSize = Whole("decoder_size", 1),
            NormalizesFrames = root.Get("normalizes_frames").Flag(),
            PromptBefore = root.Get("prompt_before").Text(),
            PromptAfter = root.Get("prompt_after").Text(),
        };
        if (encoder is not null && config.FrameSize != encoder.FrameSize)
            throw root.Get("frame_size").Fault($"it isn't the encoder's {encoder.FrameSize}");
        return config.EncoderLayers == 0 || config.EncoderSize % (2L * config.EncoderHeads) == 0 ? config
            : throw root.Get("encoder_size").Fault("it isn't a multiple of twice the number of heads");

        // No network here has more layers, or states of more values.
        int Whole(string name, int least, int most = 1 << 20) => root.Get(name).Whole(least, most);
    }

    public string ToJson()
    {
        var json = new JsonObject { ["frame_size"] = FrameSize };
        if (EncoderModel is not null)
        {
            json[EncoderModelField] = EncoderModel.ToJson();
        }
        else
        {
            json["encoder_size"] = EncoderSize;
            json["convolutions"] = Convolutions;
            json["residual_blocks"] = ResidualBlocks;
            json["encoder_layers"] = EncoderLayers;
            json["encoder_heads"] = EncoderHeads;
        }

        json["stacked_vectors"] = StackedVectors;
        json["projector_size"] = ProjectorSize;
        json["decoder_size"] = DecoderSize;
        json["normalizes_frames"] = NormalizesFrames;
        json["prompt_before"] = PromptBefore;
        json["prompt_after"] = PromptAfter;
        return json.ToJsonString(Indented);
    }

    /// <summary>What both have.</summary>
    private static FusionConfig Parts(FusionOptions options, int decoderSize) => new()
    {
        FrameSize = 0,
        EncoderSize = 0,
        StackedVectors = options.StackedVectors,
        ProjectorSize = options.ProjectorSize,
        DecoderSize = decoderSize,
        InitialGain = options.InitialGain,
        NormalizesFrames = false,
        PromptBefore = options.PromptBefore,
        PromptAfter = options.PromptAfter,
    };
}
