using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder and a head.</summary>
internal abstract class EncoderModel : TextModel
{
    private protected EncoderModel(string name, EncoderConfig config, IReadOnlyList<ModelPart> head, ScalarType dtype, Device device)
        : base(name, new TextEncoder(config, dtype, device), head, dtype, device) => Encoder = (TextEncoder)Stack;

    public TextEncoder Encoder { get; }

    public override Tensor Layer(int index, Tensor hidden, AttentionInput input) =>
        Encoder.Layer(index, hidden, input, UsesFirstTokenOnly && index == Encoder.StageCount - 2);

    /// <summary>All stages at once.</summary>
    private protected Tensor Run(Tensor ids, Tensor mask, Tensor? types)
    {
        using Tensor hidden = Encoder.Encode(ids, mask, types, UsesFirstTokenOnly);
        return Head(hidden);
    }
}
