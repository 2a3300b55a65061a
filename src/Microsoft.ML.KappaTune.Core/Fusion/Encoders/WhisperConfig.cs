using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>Whisper's encoder (Radford et al., arXiv:2212.04356): log-mel frames, two convolutions, positions, pre-norm layers.</summary>
internal sealed record WhisperConfig : SpeechEncoderConfig
{
    public const string Type = "whisper";

    /// <summary>The table of positions, sinusoids as its file has them.</summary>
    private const string Positions = "embed_positions";

    private const int Kernel = 3;

    private const double NormEps = 1e-5;

    public override string ModelType => Type;

    /// <summary>Bands of pitch of a frame.</summary>
    public required int Bands { get; init; }

    /// <summary>The most states of a row.</summary>
    public required int MaximumPositions { get; init; }

    public override int FrameSize => Bands;

    public override int? MaximumFrames => 2 * MaximumPositions;

    public override IReadOnlyList<string> Prefixes => ["model.encoder.", "encoder.", ""];

    public override FieldTable Fields => SpeechEncoderFields.Whisper;

    public override FieldTable SoundFields => SpeechEncoderFields.WhisperSound;

    public override int StateCount(int frames) => FusionConfig.Halved(frames);

    public override IFrameEncoder NewEncoder(ModuleTree modules) => new WhisperEncoder(this, modules);

    public override bool IsBeside(string tensor)
    {
        string name = tensor.StartsWith("model.", StringComparison.Ordinal) ? tensor["model.".Length..] : tensor;
        return name.StartsWith("decoder.", StringComparison.Ordinal)
            || name is "proj_out.weight" or "layer_weights" or "projector.weight" or "projector.bias" or "classifier.weight"
                or "classifier.bias";
    }

    public override bool IsFixed(string parameter) => parameter.EndsWith($".{Positions}.weight", StringComparison.Ordinal);

    public override IEnumerable<ModelPart> Parts(string path)
    {
        yield return new ModelPart.Convolution(ModuleSlot.Convolution, $"{path}.conv1", Bands, Size, Kernel, Stride: 1) { Layer = 0 };
        yield return new ModelPart.Convolution(ModuleSlot.Convolution, $"{path}.conv2", Size, Size, Kernel, Stride: 2) { Layer = 1 };
        yield return new ModelPart.Embedding(ModuleSlot.PositionEmbeddings, $"{path}.{Positions}", MaximumPositions, Size);
        foreach (ModelPart part in Enumerable.Range(0, LayerCount).SelectMany(i => Layer($"{path}.layers.{i}", i)))
            yield return part;
        yield return new ModelPart.LayerNorm(ModuleSlot.LastNorm, $"{path}.layer_norm", Size, NormEps);
    }

    public override EncoderSound ReadSound(ConfigFields fields)
    {
        (int rate, int bands) = (EncoderSound.RateIn(fields), fields.Count("feature_size"));
        if (bands != Bands)
        {
            throw fields.Fault(
                "feature_size", $"it is {bands}, and the encoder's frames have {Bands} bands",
                $"Take {ModelConfig.FileName} and {EncoderSound.FileName} from one repository.");
        }

        (int window, int hop) = (fields.Count("n_fft", 400, rate), fields.Count("hop_length", 160, rate));
        var options = new LogMelOptions
        {
            SampleRate = rate,
            WindowMilliseconds = 1000.0 * window / rate,
            HopMilliseconds = 1000.0 * hop / rate,
            Bands = bands,
            // Of all rates: half of 16000.
            HighestFrequency = rate == 16_000 ? null : 8000,
            Normalization = LogMelNormalization.Whisper,
        };
        try
        {
            options.Check();
        }
        catch (ArgumentException e)
        {
            throw fields.Fault("feature_size", PlainText.MessageOf(e).TrimEnd('.'), Other);
        }

        return new(rate, options, Normalizes: false);
    }

    public static SpeechEncoderConfig ReadFrom(ConfigFields fields) => new WhisperConfig
    {
        Size = fields.Count("d_model"),
        LayerCount = fields.Count("encoder_layers", 1, ConfigFields.MaximumLayers),
        HeadCount = fields.Count("encoder_attention_heads"),
        InnerSize = fields.Count("encoder_ffn_dim"),
        Activation = Layers.Activation.Read(fields, "activation_function", "gelu"),
        Bands = fields.Count("num_mel_bins", 80, Most),
        MaximumPositions = fields.Count("max_source_positions", 1500, Most),
    }.Checked(fields, "d_model");

    protected override void Write(JsonObject json)
    {
        json["d_model"] = Size;
        json["encoder_layers"] = LayerCount;
        json["encoder_attention_heads"] = HeadCount;
        json["encoder_ffn_dim"] = InnerSize;
        json["activation_function"] = Activation;
        json["num_mel_bins"] = Bands;
        json["max_source_positions"] = MaximumPositions;
    }

    private IEnumerable<ModelPart> Layer(string path, int layer)
    {
        ModelPart[] parts =
        [
            new ModelPart.LayerNorm(ModuleSlot.AttentionNorm, $"{path}.self_attn_layer_norm", Size, NormEps),
            new ModelPart.Linear(ModuleSlot.Query, $"{path}.self_attn.q_proj", Size, Size),
            new ModelPart.Linear(ModuleSlot.Key, $"{path}.self_attn.k_proj", Size, Size, HasBias: false),
            new ModelPart.Linear(ModuleSlot.Value, $"{path}.self_attn.v_proj", Size, Size),
            new ModelPart.Linear(ModuleSlot.AttentionOutput, $"{path}.self_attn.out_proj", Size, Size),
            new ModelPart.LayerNorm(ModuleSlot.FeedForwardNorm, $"{path}.final_layer_norm", Size, NormEps),
            new ModelPart.Linear(ModuleSlot.Up, $"{path}.fc1", Size, InnerSize),
            new ModelPart.Linear(ModuleSlot.Down, $"{path}.fc2", InnerSize, Size),
        ];
        return parts.Select(part => part with { Layer = layer });
    }
}
