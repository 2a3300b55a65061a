using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder and a head.</summary>
internal abstract class EncoderModel : TextModel
{
    private protected EncoderModel(string name, EncoderConfig config, IReadOnlyList<ModelPart> head, ScalarType dtype, Device device)
        : base(name, new TextEncoder(config, dtype, device), head, dtype, device) => Encoder = (TextEncoder)Stack;

    public TextEncoder Encoder { get; }

    /// <summary>Whether the head looks at the first token only, so that the last layer need not work on the others.</summary>
    public abstract bool UsesFirstTokenOnly { get; }

    /// <summary>
    /// A layer as this model needs it, counted from 0: [B, T, H] to [B, T, H], or, where the head uses no more, from the last to [B, 1, H].
    /// </summary>
    public Tensor Layer(int index, Tensor hidden, AttentionInput input) =>
        Encoder.Layer(index, hidden, input, UsesFirstTokenOnly && index == Encoder.StageCount - 2);

    /// <summary>All stages at once.</summary>
    private protected Tensor Run(Tensor ids, Tensor mask, Tensor? types)
    {
        using Tensor hidden = Encoder.Encode(ids, mask, types, UsesFirstTokenOnly);
        return Head(hidden);
    }
}
