using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// wav2vec 2.0's encoder. Where it normalises over time, transformers counts the zeros in that a row is padded with, so that its states
/// depend on the others of its batch; here they are those of the row alone.
/// </summary>
internal sealed class Wav2Vec2Encoder : IFrameEncoder
{
    private readonly Wav2Vec2Config _config;
    private readonly (ConvolutionLayer Convolution, nn.Module? Norm)[] _convolutions;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly nn.Module<Tensor, Tensor> _featureNorm, _norm;
    private readonly LinearLayer _projection;
    private readonly ConvolutionLayer _positions;
    private readonly PreNormLayer[] _preNorm;
    private readonly PostNormLayer[] _postNorm;

    public Wav2Vec2Encoder(Wav2Vec2Config config, ModuleTree modules)
    {
        _config = config;
        _convolutions = [.. Enumerable.Range(0, config.Convolutions.Count).Select(i => (
            modules.Get<ConvolutionLayer>(ModuleSlot.Convolution, i), modules.Find<nn.Module>(ModuleSlot.ConvolutionNorm, i)))];
        _activation = Activation.Function(config.ConvolutionActivation);
        _featureNorm = modules.Norm(ModuleSlot.FeatureNorm);
        _projection = modules.Linear(ModuleSlot.FeatureProjection);
        _positions = modules.Get<ConvolutionLayer>(ModuleSlot.PositionConvolution);
        _norm = modules.Norm(ModuleSlot.LastNorm);
        _preNorm = config.IsPreNorm ? SpeechLayers.PreNorm(config, modules) : [];
        _postNorm = config.IsPreNorm ? [] : SpeechLayers.PostNorm(config, modules);
    }

    /// <inheritdoc/>
    public Tensor Encode(FrameBatch batch, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        (Tensor features, int[] counts) = Features(batch, dtype);
        (long length, Device device) = (features.shape[1], features.device);
        Tensor? mask = FrameMask.Of(counts, length, dtype, device);
        // What the next convolution sees behind a row's end is zero, as it is for a row that is alone.
        Tensor states = FrameMask.Apply(_projection.forward(_featureNorm.forward(features)), mask);
        states = states.Plus(_activation(_positions.forward(states))); // [B, T', C]
        if (!_config.IsPreNorm)
            states = _norm.forward(states);
        var input = new AttentionInput(FrameMask.Bias(counts, length, dtype, device));
        foreach (PreNormLayer layer in _preNorm)
            states = layer.Run(states, input, cache: null, training: false);
        foreach (PostNormLayer layer in _postNorm)
            states = layer.Run(states, states, input, training: false);
        if (_config.IsPreNorm)
            states = _norm.forward(states);
        return FrameMask.Apply(states, mask).MoveToOuterDisposeScope();
    }

    /// <summary>All that it has is the model's.</summary>
    public void Dispose()
    {
    }

    /// <summary>
    /// What the convolutions give, [B, T', C], and how much of it is each row's. No place of a row sees what is behind it.
    /// </summary>
    private (Tensor States, int[] Counts) Features(FrameBatch batch, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        int[] counts = [.. batch.Counts];
        long missing = Math.Max(0, _config.LeastSamples - batch.Values.shape[1]);
        // Each convolution needs a place to give.
        Tensor states = nn.functional.pad(batch.Values.to(dtype), [0, 0, 0, missing]).alias();
        for (int i = 0; i < _convolutions.Length; i++)
        {
            counts = Array.ConvertAll(counts, count => Wav2Vec2Config.Places(count, _config.Convolutions[i]));
            using Tensor before = states;
            states = Stage(_convolutions[i].Convolution, _convolutions[i].Norm, before, counts);
        }

        return (states.MoveToOuterDisposeScope(), counts);
    }

    private Tensor Stage(ConvolutionLayer convolution, nn.Module? norm, Tensor states, int[] counts)
    {
        using var scope = NewDisposeScope();
        Tensor given = convolution.forward(states);
        if (norm is TimeNorm overTime)
            given = overTime.Run(given, FrameMask.Of(counts, given.shape[1], given.dtype, given.device));
        else if (norm is nn.Module<Tensor, Tensor> byPlace)
            given = byPlace.forward(given);
        return _activation(given).MoveToOuterDisposeScope();
    }
}
