using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A model as it is measured on control texts.</summary>
/// <param name="Module">What is set to evaluation mode.</param>
/// <param name="StatesOf">A batch to the last layer's states, [B, T, H].</param>
/// <param name="Head">States, [M, H], to logits, [M, vocabulary]; null for none.</param>
internal sealed record MeasuredModel(nn.Module Module, Func<WindowBatch, Tensor> StatesOf, Func<Tensor, Tensor>? Head)
{
    /// <param name="head">The base model's, because a classifier's own is the task's.</param>
    public static MeasuredModel Of(TextEncoder encoder, Func<Tensor, Tensor>? head) =>
        new(encoder, batch => encoder.Encode(batch.Ids, batch.Mask, batch.Types), head);

    /// <remarks>With its own head, which may be tied to embeddings that train.</remarks>
    public static MeasuredModel Of(CausalLanguageModel model) =>
        new(model, batch => model.Decoder.Decode(batch.Ids, batch.Mask), model.Head);
}
