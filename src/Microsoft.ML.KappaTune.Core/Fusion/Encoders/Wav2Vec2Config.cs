using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>A convolution over samples.</summary>
/// <param name="Size">Values of each place that it gives.</param>
/// <param name="Kernel">Places that it looks at.</param>
/// <param name="Stride">Places from one to the next.</param>
internal readonly record struct SampleConvolution(int Size, int Kernel, int Stride);

/// <summary>
/// The encoder of wav2vec 2.0 (Baevski et al., arXiv:2006.11477): samples, convolutions, a convolution that tells positions, layers.
/// </summary>
internal sealed record Wav2Vec2Config : SpeechEncoderConfig
{
    public const string Type = "wav2vec2";

    /// <summary>That of the norms of convolutions, which no configuration says.</summary>
    private const double ConvolutionEps = 1e-5;

    private const string ByChannel = "group", ByPlace = "layer";

    /// <summary>Values that the layers of another encoder hold of each frame, about.</summary>
    private const int ValuesOfFrame = 4096;

    /// <summary>What the names begin with of what only training by itself and heads have.</summary>
    private static readonly string[] Heads =
        ["quantizer.", "project_hid.", "project_q.", "lm_head.", "projector.", "classifier.", "tdnn.", "objective."];

    public override string ModelType => Type;

    public required IReadOnlyList<SampleConvolution> Convolutions { get; init; }

    /// <summary>Whether convolutions have biases.</summary>
    public required bool HasBias { get; init; }

    /// <summary>
    /// Whether what the first convolution gives is normalised by channel, over time, and the others' not at all; otherwise what each gives
    /// is, by place.
    /// </summary>
    public required bool NormalizesOverTime { get; init; }

    /// <summary>The name of the activation behind each.</summary>
    public required string ConvolutionActivation { get; init; }

    /// <summary>Places that the convolution looks at which tells positions, and its groups of channels.</summary>
    public required int PositionKernel { get; init; }

    public required int PositionGroups { get; init; }

    /// <summary>
    /// Whether layers normalise what they read, and the last norm is above them; otherwise what they give, and it is below.
    /// </summary>
    public required bool IsPreNorm { get; init; }

    public required double NormEps { get; init; }

    public override int FrameSize => 1;

    /// <summary>The samples of one state.</summary>
    public int LeastSamples =>
        Convolutions.Reverse().Aggregate(1, (places, convolution) => (places - 1) * convolution.Stride + convolution.Kernel);

    public override IReadOnlyList<string> Prefixes => ["wav2vec2.", ""];

    public override FieldTable Fields => SpeechEncoderFields.Wav2Vec2;

    public override FieldTable SoundFields => SpeechEncoderFields.Wav2Vec2Sound;

    public override int StateCount(int frames) => Convolutions.Aggregate(frames, Places);

    /// <remarks>
    /// The first convolution's values are by far the most: some 1.6 million a second. Another encoder's layers hold some thousands a frame.
    /// </remarks>
    public override long WeightOf(int frames) =>
        StateCount(frames) + (long)Places(frames, Convolutions[0]) * Convolutions[0].Size / ValuesOfFrame;

    /// <summary>The places that a convolution gives for so many.</summary>
    public static int Places(int places, SampleConvolution convolution) =>
        places < convolution.Kernel ? 0 : (places - convolution.Kernel) / convolution.Stride + 1;

    public override IFrameEncoder NewEncoder(ModuleTree modules) => new Wav2Vec2Encoder(this, modules);

    public override bool IsBeside(string tensor)
    {
        string name = tensor.StartsWith(Prefixes[0], StringComparison.Ordinal) ? tensor[Prefixes[0].Length..] : tensor;
        return name is "masked_spec_embed" or "layer_weights"
            || Array.Exists(Heads, start => name.StartsWith(start, StringComparison.Ordinal));
    }

    public override IEnumerable<ModelPart> Parts(string path)
    {
        for (int i = 0; i < Convolutions.Count; i++)
        {
            string its = $"{path}.feature_extractor.conv_layers.{i}";
            SampleConvolution convolution = Convolutions[i];
            yield return new ModelPart.Convolution(
                ModuleSlot.Convolution, $"{its}.conv", i == 0 ? FrameSize : Convolutions[i - 1].Size, convolution.Size, convolution.Kernel,
                convolution.Stride)
            {
                Layer = i,
                IsPadded = false,
                HasBias = HasBias,
            };
            ModelPart? norm = !NormalizesOverTime
                ? new ModelPart.LayerNorm(ModuleSlot.ConvolutionNorm, $"{its}.layer_norm", convolution.Size, ConvolutionEps)
                : i == 0 ? new ModelPart.TimeNorm(ModuleSlot.ConvolutionNorm, $"{its}.layer_norm", convolution.Size, ConvolutionEps)
                : null;
            if (norm is not null)
                yield return norm with { Layer = i };
        }

        int given = Convolutions[^1].Size;
        yield return new ModelPart.LayerNorm(ModuleSlot.FeatureNorm, $"{path}.feature_projection.layer_norm", given, NormEps);
        yield return new ModelPart.Linear(ModuleSlot.FeatureProjection, $"{path}.feature_projection.projection", given, Size);
        yield return new ModelPart.Convolution(
            ModuleSlot.PositionConvolution, $"{path}.encoder.pos_conv_embed.conv", Size, Size, PositionKernel, Stride: 1)
        {
            Groups = PositionGroups,
        };
        yield return new ModelPart.LayerNorm(ModuleSlot.LastNorm, $"{path}.encoder.layer_norm", Size, NormEps);
        foreach (ModelPart part in Enumerable.Range(0, LayerCount).SelectMany(i => Layer($"{path}.encoder.layers.{i}", i)))
            yield return part;
    }

    /// <remarks>Nothing but samples of one channel is taken, so that there is one field beside the rate.</remarks>
    public override EncoderSound ReadSound(ConfigFields fields) =>
        new(EncoderSound.RateIn(fields), LogMel: null, fields.Flag("do_normalize", true));

    public static SpeechEncoderConfig ReadFrom(ConfigFields fields)
    {
        int[] sizes = Wholes("conv_dim", 512, 512, 512, 512, 512, 512, 512);
        int[] kernels = Wholes("conv_kernel", 10, 3, 3, 3, 3, 2, 2), strides = Wholes("conv_stride", 5, 2, 2, 2, 2, 2, 2);
        if (kernels.Length != sizes.Length || strides.Length != sizes.Length)
            throw fields.Fault("conv_kernel", "conv_dim, conv_kernel and conv_stride haven't as many numbers", Other);
        string norm = fields.Text("feat_extract_norm", ByChannel)!;
        if (norm is not (ByChannel or ByPlace))
        {
            throw fields.Fault(
                "feat_extract_norm", $"the norm {CheckpointFormatException.Printable(norm)} isn't supported",
                $"Use a model with {ByChannel} or {ByPlace}.");
        }

        var config = new Wav2Vec2Config
        {
            Size = fields.Count("hidden_size"),
            LayerCount = fields.Count("num_hidden_layers", 12, ConfigFields.MaximumLayers),
            HeadCount = fields.Count("num_attention_heads"),
            InnerSize = fields.Count("intermediate_size"),
            Activation = Layers.Activation.Read(fields, "hidden_act", "gelu"),
            Convolutions = [.. sizes.Select((size, i) => new SampleConvolution(size, kernels[i], strides[i]))],
            HasBias = fields.Flag("conv_bias", false),
            NormalizesOverTime = norm == ByChannel,
            ConvolutionActivation = Layers.Activation.Read(fields, "feat_extract_activation", "gelu"),
            PositionKernel = fields.Count("num_conv_pos_embeddings", 128, Most),
            PositionGroups = fields.Count("num_conv_pos_embedding_groups", 16, Most),
            IsPreNorm = fields.Flag("do_stable_layer_norm", false),
            NormEps = fields.Positive("layer_norm_eps", 1e-5),
        };
        return config.Size % config.PositionGroups == 0 ? config.Checked(fields, "hidden_size")
            : throw fields.Fault("hidden_size", $"it isn't a multiple of num_conv_pos_embedding_groups, {config.PositionGroups}", Other);

        int[] Wholes(string name, params int[] byDefault)
        {
            int[] numbers = fields.Has(name) ? [.. fields.Indices(name, Most)] : byDefault;
            return numbers.Length > 0 && !numbers.Contains(0) ? numbers
                : throw fields.Fault(name, "it isn't a list of whole numbers of 1 or more", Other);
        }
    }

    protected override void Write(JsonObject json)
    {
        json["hidden_size"] = Size;
        json["num_hidden_layers"] = LayerCount;
        json["num_attention_heads"] = HeadCount;
        json["intermediate_size"] = InnerSize;
        json["hidden_act"] = Activation;
        json["layer_norm_eps"] = NormEps;
        json["feat_extract_norm"] = NormalizesOverTime ? ByChannel : ByPlace;
        json["feat_extract_activation"] = ConvolutionActivation;
        json["conv_dim"] = Numbers(convolution => convolution.Size);
        json["conv_kernel"] = Numbers(convolution => convolution.Kernel);
        json["conv_stride"] = Numbers(convolution => convolution.Stride);
        json["conv_bias"] = HasBias;
        json["num_conv_pos_embeddings"] = PositionKernel;
        json["num_conv_pos_embedding_groups"] = PositionGroups;
        json["do_stable_layer_norm"] = IsPreNorm;

        JsonArray Numbers(Func<SampleConvolution, int> part) =>
            new([.. Convolutions.Select(convolution => (JsonNode?)JsonValue.Create(part(convolution)))]);
    }

    private IEnumerable<ModelPart> Layer(string path, int layer)
    {
        ModelPart[] parts =
        [
            new ModelPart.Linear(ModuleSlot.Query, $"{path}.attention.q_proj", Size, Size),
            new ModelPart.Linear(ModuleSlot.Key, $"{path}.attention.k_proj", Size, Size),
            new ModelPart.Linear(ModuleSlot.Value, $"{path}.attention.v_proj", Size, Size),
            new ModelPart.Linear(ModuleSlot.AttentionOutput, $"{path}.attention.out_proj", Size, Size),
            new ModelPart.LayerNorm(ModuleSlot.AttentionNorm, $"{path}.layer_norm", Size, NormEps),
            new ModelPart.Linear(ModuleSlot.Up, $"{path}.feed_forward.intermediate_dense", Size, InnerSize),
            new ModelPart.Linear(ModuleSlot.Down, $"{path}.feed_forward.output_dense", InnerSize, Size),
            new ModelPart.LayerNorm(ModuleSlot.FeedForwardNorm, $"{path}.final_layer_norm", Size, NormEps),
        ];
        return parts.Select(part => part with { Layer = layer });
    }
}
