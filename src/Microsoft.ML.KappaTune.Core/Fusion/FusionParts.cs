using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>What an encoder of frames and a projector are made of, and their names, which no decoder's file has.</summary>
internal static class FusionParts
{
    private const string Prefix = "fusion.", EncoderPath = $"{Prefix}encoder", ProjectorPath = $"{Prefix}projector";

    /// <summary>Frames that a convolution looks at.</summary>
    private const int Kernel = 5;

    /// <summary>Values between the halves of a feed-forward network, for each of a state's.</summary>
    private const int Widening = 4;

    private const double NormEps = 1e-5;

    /// <summary>Whether a parameter is of the encoder or of the projector.</summary>
    public static bool IsOf(string parameter) => parameter.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether a parameter is of the encoder.</summary>
    public static bool IsOfEncoder(string parameter) => parameter.StartsWith($"{EncoderPath}.", StringComparison.Ordinal);

    /// <summary>What a model calls a parameter of its encoder.</summary>
    /// <param name="name">The encoder's own name for it.</param>
    public static string EncoderName(string name) => $"{EncoderPath}.{name}";

    public static IReadOnlyList<ModelPart> All(FusionConfig config) => [.. Encoder(config), .. Projector(config)];

    public static IEnumerable<ModelPart> Encoder(FusionConfig config) =>
        config.EncoderModel?.Parts(EncoderPath) ?? RandomEncoder(config);

    public static IEnumerable<ModelPart> Projector(FusionConfig config)
    {
        long stacked = (long)config.StackedVectors * config.EncoderSize;
        yield return new ModelPart.Linear(ModuleSlot.ProjectorUp, $"{ProjectorPath}.up", stacked, config.ProjectorSize);
        yield return new ModelPart.Linear(ModuleSlot.ProjectorDown, $"{ProjectorPath}.down", config.ProjectorSize, config.DecoderSize);
        yield return new ModelPart.Gain(ModuleSlot.ProjectorGain, $"{ProjectorPath}.gain", config.InitialGain);
    }

    /// <summary>The parameters of all parts. What is read from files anyway isn't drawn.</summary>
    public static ParameterPlan[] Plans(FusionConfig config) =>
    [
        .. config.EncoderModel is null ? Plans(Encoder(config))
            : Encoder(config).SelectMany(part => part.Parameters).Select(plan => plan with { Initial = InitialValue.Zero }),
        .. Plans(Projector(config)),
    ];

    /// <summary>Whether a parameter trains in any case.</summary>
    /// <param name="trainsEncoder">Whether the encoder does.</param>
    public static bool Trains(FusionConfig config, string parameter, bool trainsEncoder) =>
        !IsOfEncoder(parameter) || (trainsEncoder && config.EncoderModel?.IsFixed(parameter) != true);

    /// <summary>The parameters of parts. Weights begin with the deviation of PyTorch's layers, by what an output sums.</summary>
    public static ParameterPlan[] Plans(IEnumerable<ModelPart> parts) =>
        [.. parts.SelectMany(part => part.Parameters).Select(plan => plan.Initial != InitialValue.Normal ? plan
            : plan with { Scale = 1 / Math.Sqrt(3.0 * plan.Shape.Skip(1).Aggregate(1L, (product, size) => product * size)) })];

    /// <summary>An encoder that begins with random weights.</summary>
    private static IEnumerable<ModelPart> RandomEncoder(FusionConfig config)
    {
        int size = config.EncoderSize;
        for (int i = 0; i < config.Convolutions; i++)
        {
            yield return new ModelPart.Convolution(
                ModuleSlot.Convolution, $"{EncoderPath}.convolutions.{i}", i == 0 ? config.FrameSize : size, size, Kernel, Stride: 2)
            {
                Layer = i,
            };
        }

        for (int i = 0; i < config.ResidualBlocks; i++)
        {
            string path = $"{EncoderPath}.blocks.{i}";
            yield return new ModelPart.LayerNorm(ModuleSlot.BlockNorm, $"{path}.norm", size, NormEps) { Layer = i };
            yield return new ModelPart.Convolution(ModuleSlot.BlockConvolution, $"{path}.convolution", size, size, Kernel, Stride: 1)
            {
                Layer = i,
            };
        }

        foreach (ModelPart part in Enumerable.Range(0, config.EncoderLayers).SelectMany(i => Layer(size, i)))
            yield return part;
        yield return new ModelPart.LayerNorm(ModuleSlot.LastNorm, $"{EncoderPath}.norm", size, NormEps);
    }

    private static IEnumerable<ModelPart> Layer(int size, int layer)
    {
        string path = $"{EncoderPath}.layers.{layer}";
        ModelPart[] parts =
        [
            new ModelPart.LayerNorm(ModuleSlot.AttentionNorm, $"{path}.attention_norm", size, NormEps),
            new ModelPart.Linear(ModuleSlot.Query, $"{path}.query", size, size),
            new ModelPart.Linear(ModuleSlot.Key, $"{path}.key", size, size),
            new ModelPart.Linear(ModuleSlot.Value, $"{path}.value", size, size),
            new ModelPart.Linear(ModuleSlot.AttentionOutput, $"{path}.output", size, size),
            new ModelPart.LayerNorm(ModuleSlot.FeedForwardNorm, $"{path}.feed_forward_norm", size, NormEps),
            new ModelPart.Linear(ModuleSlot.Up, $"{path}.up", size, (long)Widening * size),
            new ModelPart.Linear(ModuleSlot.Down, $"{path}.down", (long)Widening * size, size),
        ];
        return parts.Select(part => part with { Layer = layer });
    }
}
