using Microsoft.ML.KappaTune.Compute;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// One layer of a decoder: self-attention, then a gated feed-forward network (SwiGLU where the activation is silu; Shazeer,
/// arXiv:2002.05202), each of the normalised input and added to it. It owns nothing: its modules are registered in the decoder.
/// </summary>
internal sealed class DecoderLayer
{
    private readonly DecoderConfig _config;
    private readonly RotaryEmbedding _rotary;
    private readonly Projection _query, _key, _value, _attentionOutput, _gate, _up, _down;
    private readonly RmsNorm _attentionNorm, _feedForwardNorm;
    private readonly Func<Tensor, Tensor> _activation;

    public DecoderLayer(DecoderConfig config, int index, RotaryEmbedding rotary, IReadOnlyDictionary<string, nn.Module> modules)
    {
        _config = config;
        _rotary = rotary;
        _query = Find<Projection>(DecoderNames.Query);
        _key = Find<Projection>(DecoderNames.Key);
        _value = Find<Projection>(DecoderNames.Value);
        _attentionOutput = Find<Projection>(DecoderNames.AttentionOutput);
        _gate = Find<Projection>(DecoderNames.Gate);
        _up = Find<Projection>(DecoderNames.Up);
        _down = Find<Projection>(DecoderNames.Down);
        _attentionNorm = Find<RmsNorm>(DecoderNames.AttentionNorm);
        _feedForwardNorm = Find<RmsNorm>(DecoderNames.FeedForwardNorm);
        _activation = Activation.Of(config.Activation);

        T Find<T>(string name)
            where T : nn.Module => (T)modules[$"{DecoderNames.Layer(index)}.{name}"];
    }

    /// <summary>[B, T, H] to [B, T, H]. The bias is added to the scores, [B or 1, 1, T, T].</summary>
    public Tensor Run(Tensor hidden, Tensor bias, bool training)
    {
        using var scope = NewDisposeScope();
        using Tensor context = Attend(_attentionNorm.forward(hidden), bias, training);
        Tensor attended = _attentionOutput.forward(context).PlusInPlace(hidden);
        using Tensor normal = _feedForwardNorm.forward(attended);
        using Tensor gate = _gate.forward(normal), open = _activation(gate), up = _up.forward(normal), inner = open.mul(up);
        return _down.forward(inner).PlusInPlace(attended).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// softmax(q·kᵀ/√d + bias)·v for every head of queries. The heads that share keys and values are one head of so many times more
    /// queries, so that these aren't copied. What is written in place is an output whose value no gradient needs.
    /// </summary>
    private Tensor Attend(Tensor states, Tensor bias, bool training)
    {
        using var scope = NewDisposeScope();
        (long batch, long length, long size) = (states.shape[0], states.shape[1], _config.HeadSize);
        (long heads, long shared) = (_config.HeadCount, _config.KeyValueHeadCount);
        Tensor query = _rotary.Apply(Heads(_query.forward(states).TimesInPlace(1 / Math.Sqrt(size)), heads));
        Tensor key = _rotary.Apply(Heads(_key.forward(states), shared)), value = Heads(_value.forward(states), shared);
        using Tensor scores = query.view(batch, shared, heads / shared * length, size).Product(key.transpose(-2, -1));
        Tensor weights = scores.view(batch, heads, length, length).PlusInPlace(bias).softmax(-1);
        scores.Dispose();
        if (training && _config.AttentionDropout > 0)
            weights = DropoutMask.Apply(weights, _config.AttentionDropout);
        using Tensor context = weights.view(batch, shared, heads / shared * length, length).Product(value);
        return context.view(batch, heads, length, size).transpose(1, 2).reshape(batch, length, heads * size).MoveToOuterDisposeScope();

        // [B, T, heads · size] to [B, heads, T, size].
        Tensor Heads(Tensor all, long count) => all.view(batch, length, count, size).transpose(1, 2);
    }
}
