using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Decoders small enough for any number of tests, one a property of the layout, and texts for them.</summary>
internal static class SmallDecoder
{
    private static readonly DecoderConfig Plain = new()
    {
        VocabularySize = 30,
        HiddenSize = 16,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 4,
        HeadSize = 4,
        IntermediateSize = 24,
        MaxTokens = 100,
        EndTokenIds = [2],
    };

    private static readonly ExpertConfig Experts = new() { Count = 3, ChosenCount = 2, IntermediateSize = 8, Renormalises = false };

    private static readonly DecoderConfig Gemma = Plain with
    {
        NormsAddOne = true,
        ScalesEmbeddings = true,
        TiesWordEmbeddings = true,
        Activation = "gelu_pytorch_tanh",
        KeyValueHeadCount = 2,
    };

    private static readonly Dictionary<string, DecoderConfig> All = new()
    {
        ["plain"] = Plain,
        ["two heads share"] = Plain with { KeyValueHeadCount = 2 },
        ["all heads share"] = Plain with { KeyValueHeadCount = 1 },
        ["tied"] = Plain with { TiesWordEmbeddings = true },
        ["biases in attention"] = Plain with { AttentionBias = true, OutputBias = true, KeyValueHeadCount = 2 },
        ["biases in feed-forward"] = Plain with { MlpBias = true },
        ["large heads"] = Plain with { HeadSize = 6, KeyValueHeadCount = 2, AttentionBias = true, OutputBias = true },
        ["other base"] = Plain with { RotaryBase = 500000 },
        ["linear"] = Plain with { RotaryScaling = new RotaryScaling.LinearScaling(4) },
        // Of its four waves one is kept, two are stretched in part, and one is stretched.
        ["llama3"] = Plain with { HeadSize = 8, RotaryScaling = new RotaryScaling.Llama3Scaling(8, 1, 4, 30) },
        ["yarn"] = Plain with { HeadSize = 8, RotaryScaling = new RotaryScaling.YarnScaling(4, 25, 3, 0.5, null, null, null, true) },
        // Texts of more than five tokens are long.
        ["dynamic"] = Plain with { HeadSize = 6, RotaryScaling = new RotaryScaling.DynamicScaling(20, 5) },
        ["longrope"] = Plain with
        {
            RotaryScaling = new RotaryScaling.LongRopeScaling(20, 5, null) { ShortFactors = [1, 1.5], LongFactors = [2, 3.5] },
        },
        ["a part turned"] = Plain with { HeadSize = 6, RotatedSize = 4 },
        ["window"] = Plain with { Family = ModelFamilies.Mistral, SlidingWindow = 3 },
        ["norms of heads"] = Plain with { Family = ModelFamilies.Qwen3, NormalisesHeads = true, KeyValueHeadCount = 2 },
        ["gelu"] = Plain with { Activation = "gelu" },
        ["mixture"] = Plain with { Family = ModelFamilies.Mixtral, IntermediateSize = 8, Experts = Experts with { Renormalises = true } },
        ["mixture with a shared expert"] = Plain with
        {
            Family = ModelFamilies.Qwen2Moe,
            LayerCount = 3,
            Experts = Experts with { SharedSize = 10, DenseLayers = [1] },
        },
        ["padding"] = Plain with { PadTokenId = 3, BeginTokenId = 1, EndTokenIds = [2, 4], NormEps = 1e-3 },
        ["gemma"] = Gemma with { Family = ModelFamilies.Gemma },
        ["gemma 2"] = Gemma with
        {
            Family = ModelFamilies.Gemma2,
            ScoreDivisor = 9,
            ScoreCap = 0.5,
            LogitCap = 0.75,
            SlidingWindow = 3,
            WindowLayers = [true, false],
        },
        ["gemma 3"] = Gemma with
        {
            Family = ModelFamilies.Gemma3,
            LayerCount = 3,
            NormalisesHeads = true,
            ScoreDivisor = 5,
            SlidingWindow = 2,
            WindowLayers = [true, true, false],
            RotaryBase = 1e6,
            RotaryScaling = new RotaryScaling.LinearScaling(8),
            WindowRotation = new Rotation(
                100, new RotaryScaling.LongRopeScaling(50, 2, null) { ShortFactors = [1, 1.5], LongFactors = [2, 3.5] }),
        },
    };

    /// <summary>Those that aren't of Llama's layout.</summary>
    private static readonly Dictionary<string, DecoderConfig> Others = new()
    {
        ["phi-3"] = Plain with { Family = ModelFamilies.Phi3, KeyValueHeadCount = 2 },
        ["gpt-2"] = Plain with
        {
            Family = ModelFamilies.Gpt2,
            Activation = "gelu_new",
            AttentionBias = true,
            OutputBias = true,
            MlpBias = true,
            TiesWordEmbeddings = true,
            DividesScoresByLayer = true,
        },
    };

    /// <summary>Those of Llama's layout.</summary>
    public static TheoryData<string> Variants { get; } = [.. All.Keys];

    public static TheoryData<string> AllVariants { get; } = [.. All.Keys, .. Others.Keys];

    public static DecoderConfig Config(string variant = "two heads share") =>
        All.GetValueOrDefault(variant) ?? Others[variant];

    public static CausalLanguageModel Model(DecoderConfig config, ScalarType dtype = ScalarType.Float32) =>
        SmallEncoder.Randomised(CausalLanguageModel.Create(config, seed: 1, dtype));

    /// <summary>Texts of several lengths in one batch, and what says where they are: ids and mask, [B, longest].</summary>
    public static (Tensor Ids, Tensor Mask) Batch(DecoderConfig config, bool left, params long[] lengths)
    {
        var random = new Random(5);
        long[] shape = [lengths.Length, lengths.Max()];
        long[] ids = new long[shape[0] * shape[1]], mask = new long[ids.Length];
        for (int text = 0; text < shape[0]; text++)
        {
            long begin = left ? shape[1] - lengths[text] : 0;
            for (int i = 0; i < shape[1]; i++)
            {
                int at = text * (int)shape[1] + i;
                mask[at] = i >= begin && i < begin + lengths[text] ? 1 : 0;
                // What is under the mask may be any token.
                ids[at] = random.Next(config.VocabularySize);
            }
        }

        return (tensor(ids, shape), tensor(mask, shape));
    }

    /// <summary>The tokens of a text of a batch.</summary>
    public static long[] Text(Tensor ids, Tensor mask, int text) =>
        [.. ids[text].data<long>().Zip(mask[text].data<long>()).Where(pair => pair.Second == 1).Select(pair => pair.First)];
}
