using Microsoft.ML.KappaTune.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// One layer of an encoder: self-attention, then a feed-forward network, each added to its input and normalised. It owns nothing:
/// its modules are registered in the encoder.
/// </summary>
internal sealed class EncoderLayer
{
    private readonly EncoderConfig _config;
    private readonly Projection _query, _key, _value, _attentionOutput, _intermediate, _output;
    private readonly LayerNorm _attentionNorm, _outputNorm;
    private readonly Func<Tensor, Tensor> _activation;

    public EncoderLayer(EncoderConfig config, int index, IReadOnlyDictionary<string, nn.Module> modules)
    {
        FamilyNames names = config.Names;
        _config = config;
        _query = Find<Projection>(names.Query);
        _key = Find<Projection>(names.Key);
        _value = Find<Projection>(names.Value);
        _attentionOutput = Find<Projection>(names.AttentionOutput);
        _attentionNorm = Find<LayerNorm>(names.AttentionNorm);
        _intermediate = Find<Projection>(names.Intermediate);
        _output = Find<Projection>(names.Output);
        _outputNorm = Find<LayerNorm>(names.OutputNorm);
        _activation = Activation.Of(config.Activation);

        T Find<T>(string name)
            where T : nn.Module => (T)modules[$"{names.Layer(index)}.{name}"];
    }

    /// <summary>
    /// [B, T, H] to [B, T, H], or to [B, K, H] for some tokens only: they attend to all, but the work on the others isn't done.
    /// </summary>
    /// <param name="hidden">The states of all tokens.</param>
    /// <param name="asking">The states that are wanted, [B, K, H]: the same tensor for all.</param>
    /// <param name="bias">Added to the scores, [B, 1, 1, T].</param>
    /// <param name="training">Whether dropout is active.</param>
    public Tensor Run(Tensor hidden, Tensor asking, Tensor bias, bool training)
    {
        using var scope = NewDisposeScope();
        using Tensor context = Attend(asking, hidden, bias, training);
        Tensor attended = AddAndNormalise(_attentionOutput, context, asking, _attentionNorm, training);
        using Tensor inner = _intermediate.forward(attended);
        using Tensor active = _activation(inner);
        inner.Dispose();
        return AddAndNormalise(_output, active, attended, _outputNorm, training).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// softmax(q·kᵀ/√d + bias)·v for every head. What is written in place is an output whose value no gradient needs: of a linear
    /// layer, of a product. Tensors are disposed as soon as they are used, so that the next ones take their memory, warm in the cache.
    /// </summary>
    private Tensor Attend(Tensor asking, Tensor hidden, Tensor bias, bool training)
    {
        using var scope = NewDisposeScope();
        long size = _config.HiddenSize / _config.HeadCount;
        Tensor query = Heads(_query.forward(asking).TimesInPlace(1 / Math.Sqrt(size)));
        Tensor key = Heads(_key.forward(hidden)).transpose(-2, -1);
        using Tensor scores = query.Product(key).PlusInPlace(bias);
        Tensor weights = scores.softmax(-1);
        scores.Dispose();
        if (training && _config.AttentionDropout > 0)
            weights = DropoutMask.Apply(weights, _config.AttentionDropout);
        using Tensor context = weights.Product(Heads(_value.forward(hidden)));
        return context.transpose(1, 2).reshape(asking.shape).MoveToOuterDisposeScope();

        // [B, T, H] to [B, heads, T, H / heads].
        Tensor Heads(Tensor states) => states.view(states.shape[0], states.shape[1], _config.HeadCount, size).transpose(1, 2);
    }

    private Tensor AddAndNormalise(Projection projection, Tensor input, Tensor residual, LayerNorm norm, bool training)
    {
        using Tensor output = projection.forward(input);
        Tensor kept = output;
        if (training && _config.HiddenDropout > 0)
            kept = DropoutMask.Apply(output, _config.HiddenDropout, inPlace: true);
        return norm.forward(kept.PlusInPlace(residual));
    }
}
