using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

/// <summary>Fused models of some hundred random weights around a small decoder, and frames for them.</summary>
internal static class SmallFusion
{
    public const int FrameSize = 3;

    /// <summary>All parts that there may be; four frames or fewer are a state, and two states a vector.</summary>
    public static FusionOptions Options { get; } = new()
    {
        EncoderSize = 8,
        Convolutions = 2,
        ResidualBlocks = 1,
        EncoderLayers = 2,
        EncoderHeads = 2,
        StackedVectors = 2,
        ProjectorSize = 12,
        InitialGain = 1,
    };

    public static FusionConfig Config(FusionOptions? options = null, int decoderSize = 16) =>
        FusionConfig.Create(options ?? Options, FrameSize, decoderSize);

    /// <summary>A model in evaluation mode, whose weights are all random.</summary>
    public static FusedModel Model(DecoderConfig decoder, FusionOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        using (CausalLanguageModel plain = SmallDecoder.Model(decoder))
            ModelWriter.SaveFolder(folder.Path, plain);
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
        FusedModel model = FusedModel.Create(checkpoint, decoder, Config(options, decoder.HiddenSize), seed: 1);
        model.eval();
        return model;
    }

    public static Frames Frames(int count, int seed = 1)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, count * FrameSize).Select(_ => (float)(2 * random.NextDouble() - 1))], FrameSize);
    }

    /// <summary>
    /// Rows of two tokens, vectors and three tokens, padded on the left or on the right: ids and mask, [B, longest], and the vectors.
    /// </summary>
    public static (Tensor Ids, Tensor Mask, FusedInput Input) Batch(FusionConfig config, bool left, params Frames[] rows)
    {
        const int Before = 2, Behind = 3;
        int[] lengths = [.. rows.Select(row => Before + config.VectorCount(row.Count) + Behind)];
        int longest = lengths.Max();
        long[] ids = new long[rows.Length * longest], mask = new long[ids.Length], first = new long[rows.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            int begin = row * longest + (left ? longest - lengths[row] : 0);
            first[row] = begin + Before;
            for (int i = 0; i < lengths[row]; i++)
                (ids[begin + i], mask[begin + i]) = (5 + i % 7, 1);
        }

        return (
            tensor(ids, [rows.Length, longest]), tensor(mask, [rows.Length, longest]), FusedInput.Create(rows, first, config, CPU));
    }
}
