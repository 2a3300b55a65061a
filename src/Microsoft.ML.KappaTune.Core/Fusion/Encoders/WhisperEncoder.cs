using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// Whisper's encoder. Its authors give it half a minute always, silence behind what is shorter; here a row has the positions of its own
/// frames, and nobody attends to what is behind.
/// </summary>
internal sealed class WhisperEncoder : IFrameEncoder
{
    private readonly WhisperConfig _config;
    private readonly ConvolutionLayer _first, _second;
    private readonly TorchSharp.Modules.Embedding _positions;
    private readonly PreNormLayer[] _layers;
    private readonly nn.Module<Tensor, Tensor> _norm;

    public WhisperEncoder(WhisperConfig config, ModuleTree modules)
    {
        _config = config;
        _first = modules.Get<ConvolutionLayer>(ModuleSlot.Convolution, 0);
        _second = modules.Get<ConvolutionLayer>(ModuleSlot.Convolution, 1);
        _positions = modules.Get<TorchSharp.Modules.Embedding>(ModuleSlot.PositionEmbeddings);
        _layers = SpeechLayers.PreNorm(config, modules);
        _norm = modules.Norm(ModuleSlot.LastNorm);
    }

    /// <inheritdoc/>
    public Tensor Encode(FrameBatch batch, ScalarType dtype)
    {
        int[] counts = [.. batch.Counts];
        if (counts.Max() > _config.MaximumFrames)
            throw new ArgumentException($"A row has {counts.Max()} frames, and the encoder takes {_config.MaximumFrames}.", nameof(batch));

        using var scope = NewDisposeScope();
        Tensor frames = batch.Values.to(dtype);
        Tensor states = _first.forward(frames).gelu();
        // What the second sees behind a row's end is zero, as it is for a row that is alone.
        states = FrameMask.Apply(states, FrameMask.Of(counts, states.shape[1], dtype, states.device));
        states = _second.forward(states).gelu(); // [B, T', C]
        counts = Array.ConvertAll(counts, _config.StateCount);
        long length = states.shape[1];
        states = states.Plus(_positions.Vectors().narrow(0, 0, length));
        var input = new AttentionInput(FrameMask.Bias(counts, length, dtype, states.device));
        foreach (PreNormLayer layer in _layers)
            states = layer.Run(states, input, cache: null, training: false);
        return FrameMask.Apply(_norm.forward(states), FrameMask.Of(counts, length, dtype, states.device)).MoveToOuterDisposeScope();
    }

    /// <summary>All that it has is the model's.</summary>
    public void Dispose()
    {
    }
}
