using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>How well tokens were guessed, by window.</summary>
/// <param name="head">States, [M, H], to logits, [M, vocabulary].</param>
internal sealed class GuessTally(Func<Tensor, Tensor> head) : RetentionTally
{
    public override void Add(WindowBatch batch, Tensor states) =>
        Add(batch.Count, batch.Owners, head(batch.HiddenPlaces(states)), batch.Targets);
}
