using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Training.Frozen;

/// <summary>
/// A model in two parts: the stages below the first one in which something trains, and the rest. The frozen part can't change, so it is
/// run without autograd and always as in evaluation, without dropout: its output for a row is the same in every epoch.
/// </summary>
/// <param name="trained">The names of the parameters, or of the weights with adapters, that train.</param>
internal sealed class PartlyFrozenModel(TextModel model, IEnumerable<string> trained)
{
    public TextModel Model => model;

    /// <summary>The first stage in which something trains: 0 the embeddings, then the layers, last the head.</summary>
    public int FirstTrained { get; } = trained.Min(model.StageOf);

    private TransformerStack Stack => model.Stack;

    /// <summary>Tokens of a row of so many that the frozen part's output has: a classifier's head sees the first one only.</summary>
    public int FrozenLength(int tokens) => FirstTrained == Stack.StageCount && model.UsesFirstTokenOnly ? 1 : tokens;

    /// <summary>What enters the first stage that trains: [B, T, H], for the head [B, 1, H]; null where that is the embeddings.</summary>
    public Tensor? RunFrozen(TokenBatch batch)
    {
        if (FirstTrained == 0)
            return null;
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        model.eval();
        Tensor hidden = Embed(batch);
        return Layers(hidden, Stack.AttentionOf(batch.Mask), 1, FirstTrained).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The rest of the stack: from the output of <see cref="RunFrozen"/>, which is disposed where a layer takes it, to what the head takes.
    /// </summary>
    public Tensor RunTrained(TokenBatch batch, Tensor? frozen, bool training)
    {
        using var scope = NewDisposeScope();
        model.train(training);
        Tensor hidden = frozen ?? Embed(batch);
        hidden = Layers(hidden, Stack.AttentionOf(batch.Mask), Math.Max(1, FirstTrained), Stack.StageCount);
        Tensor states = batch.Places is { } places ? hidden.flatten(0, 1).index_select(0, places) : hidden;
        // What came in is the caller's already, and would leave its scope as well.
        return ReferenceEquals(states, frozen) ? states : states.MoveToOuterDisposeScope();
    }

    private Tensor Embed(TokenBatch batch) => batch.Fused is { } input
        ? ((FusedModel)model).Embed(batch.Ids, batch.Mask, input) : Stack.Embed(batch.Ids, batch.Mask, batch.Types);

    /// <summary>
    /// Stages from <paramref name="first"/> to before <paramref name="end"/>; stage 0 is the embeddings, so that stage i is layer i − 1.
    /// What goes in is disposed: where gradients need it, autograd holds it.
    /// </summary>
    private Tensor Layers(Tensor hidden, AttentionInput input, int first, int end)
    {
        for (int stage = first; stage < end; stage++)
        {
            Tensor next = model.Layer(stage - 1, hidden, input);
            hidden.Dispose();
            hidden = next;
        }

        return hidden;
    }
}
