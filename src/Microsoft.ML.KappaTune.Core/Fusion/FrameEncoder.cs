using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// Makes states of frames: convolutions that halve their number, residual blocks, layers of attention without dropout, a norm. What is
/// behind a row's end is zero after each stage, as it is for a row that is alone, so that padding never changes a row. Its modules are
/// registered in the model; any number of threads may use it.
/// </summary>
internal sealed class FrameEncoder : IFrameEncoder
{
    private const double RotaryBase = 10000;

    private readonly ConvolutionLayer[] _convolutions;
    private readonly (nn.Module<Tensor, Tensor> Norm, ConvolutionLayer Convolution)[] _blocks;
    private readonly PreNormLayer[] _layers;
    private readonly nn.Module<Tensor, Tensor> _norm;
    private readonly RotaryEmbedding _rotary;

    public FrameEncoder(FusionConfig config, ModuleTree modules)
    {
        _convolutions =
            [.. Enumerable.Range(0, config.Convolutions).Select(i => modules.Get<ConvolutionLayer>(ModuleSlot.Convolution, i))];
        _blocks = [.. Enumerable.Range(0, config.ResidualBlocks).Select(
            i => (modules.Norm(ModuleSlot.BlockNorm, i), modules.Get<ConvolutionLayer>(ModuleSlot.BlockConvolution, i)))];
        _layers = [.. Enumerable.Range(0, config.EncoderLayers).Select(i => NewLayer(config, i, modules))];
        _norm = modules.Norm(ModuleSlot.LastNorm);
        _rotary = new(config.EncoderSize / config.EncoderHeads, new(RotaryBase, Scaling: null));
    }

    /// <inheritdoc/>
    public Tensor Encode(FrameBatch batch, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        Tensor states = batch.Values.to(dtype);
        int[] counts = [.. batch.Counts];
        Tensor? mask = null;
        foreach (ConvolutionLayer convolution in _convolutions)
        {
            counts = Array.ConvertAll(counts, FusionConfig.Halved);
            states = convolution.forward(states).gelu();
            mask = FrameMask.Of(counts, states.shape[1], dtype, states.device);
            states = FrameMask.Apply(states, mask); // [B, T', C]
        }

        foreach ((nn.Module<Tensor, Tensor> norm, ConvolutionLayer convolution) in _blocks)
        {
            Tensor active = FrameMask.Apply(norm.forward(states).gelu(), mask);
            states = states.Plus(FrameMask.Apply(convolution.forward(active), mask));
        }

        if (_layers.Length > 0)
        {
            AttentionInput input = InputOf(counts, states.shape[1], dtype, states.device);
            foreach (PreNormLayer layer in _layers)
                states = layer.Run(states, input, cache: null, training: false);
        }

        return FrameMask.Apply(_norm.forward(states), mask).MoveToOuterDisposeScope();
    }

    public void Dispose() => _rotary.Dispose();

    private AttentionInput InputOf(int[] counts, long length, ScalarType dtype, Device device)
    {
        Tensor all = ones([counts.Length, length], ScalarType.Int64, device);
        return new(FrameMask.Bias(counts, length, dtype, device)) { Angles = _rotary.Angles(all, past: 0, dtype, isAtBegin: true) };
    }

    private static PreNormLayer NewLayer(FusionConfig config, int layer, ModuleTree modules)
    {
        int headSize = config.EncoderSize / config.EncoderHeads;
        return new()
        {
            AttentionNorm = modules.Norm(ModuleSlot.AttentionNorm, layer),
            Attention = new Attention
            {
                Query = modules.Linear(ModuleSlot.Query, layer),
                Key = modules.Linear(ModuleSlot.Key, layer),
                Value = modules.Linear(ModuleSlot.Value, layer),
                Output = modules.Linear(ModuleSlot.AttentionOutput, layer),
                HeadCount = config.EncoderHeads,
                KeyValueHeadCount = config.EncoderHeads,
                HeadSize = headSize,
                Scale = 1 / Math.Sqrt(headSize),
            },
            FeedForwardNorm = modules.Norm(ModuleSlot.FeedForwardNorm, layer),
            FeedForward = modules.FeedForward("gelu", layer),
        };
    }
}
