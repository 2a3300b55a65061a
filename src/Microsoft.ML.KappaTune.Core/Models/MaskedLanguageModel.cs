using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder that tells which token is behind a mask. Its decoder's weight is the table of word embeddings.</summary>
internal sealed class MaskedLanguageModel : EncoderModel
{
    private readonly Projection _dense;
    private readonly LayerNorm _norm;
    private readonly PredictionBias _decoder;
    private readonly Func<Tensor, Tensor> _activation;

    /// <summary>A model whose parameters are uninitialised.</summary>
    public MaskedLanguageModel(EncoderConfig config, ScalarType dtype, Device device)
        : base(nameof(MaskedLanguageModel), config, ModelLayout.PredictionHead(config), dtype, device)
    {
        _dense = Projections[config.Names.PredictionDense];
        _norm = (LayerNorm)HeadModules[config.Names.PredictionNorm];
        _decoder = (PredictionBias)HeadModules[config.Names.PredictionBias];
        // RoBERTa's head has this one whatever the layers have.
        bool isRoberta = config.Family is EncoderFamily.Roberta or EncoderFamily.XlmRoberta;
        _activation = Activation.Of(isRoberta ? "gelu" : config.Activation);
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
