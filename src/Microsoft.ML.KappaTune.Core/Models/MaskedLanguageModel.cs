using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder that tells which token is behind a mask. Its decoder's weight is the table of word embeddings.</summary>
internal sealed class MaskedLanguageModel : EncoderModel
{
    private readonly LinearLayer _dense;
    private readonly LayerNorm _norm;
    private readonly OutputBias _decoder;
    private readonly Func<Tensor, Tensor> _activation;

    /// <summary>A model whose parameters are uninitialised.</summary>
    public MaskedLanguageModel(EncoderConfig config, ScalarType dtype, Device device)
        : base(nameof(MaskedLanguageModel), config, ModelLayout.PredictionHead(config), dtype, device)
    {
        _dense = LinearLayers[config.Names.PredictionDense];
        _norm = (LayerNorm)HeadModules[config.Names.PredictionNorm];
        _decoder = (OutputBias)HeadModules[config.Names.PredictionBias];
        // RoBERTa's head has this one whatever the layers have.
        bool isRoberta = config.Family is EncoderFamily.Roberta or EncoderFamily.XlmRoberta;
        _activation = Activation.Function(isRoberta ? "gelu" : config.Activation);
    }

    public override bool UsesFirstTokenOnly => false;

    /// <summary>[..., H] to logits, [..., vocabulary]. Give it the masked places only where others aren't needed: it is wide.</summary>
    public override Tensor Head(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        Tensor states = _norm.forward(_activation(_dense.forward(hidden)));
        return nn.functional.linear(states, Encoder.WordEmbeddings, _decoder.Values).MoveToOuterDisposeScope();
    }

    /// <summary>Ids, mask and types, [B, T], to logits, [B, T, vocabulary].</summary>
    public Tensor Predict(Tensor ids, Tensor mask, Tensor? types) => Run(ids, mask, types);
}
