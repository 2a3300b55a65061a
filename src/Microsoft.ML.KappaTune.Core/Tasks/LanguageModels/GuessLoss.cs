using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tasks.LanguageModels;

/// <summary>
/// Cross-entropy of guesses among the tokens of a vocabulary, in float32 at least. The head is applied to some rows at a time, so that the
/// logits of all, [M, vocabulary], and their gradient, which may need more memory than the rest of a step, are never there at once.
/// </summary>
/// <param name="model">What has the head: states, [M, H], to logits.</param>
/// <param name="mostLogits">
/// Logits at once, if they are of more than one row. Where the head trains, a piece has as many rows as a state has values at least: then
/// logits take no more than the gradient of the head's weight, which each piece makes.
/// </param>
internal sealed class GuessLoss(CausalLanguageModel model, long mostLogits = GuessLoss.MostLogits)
{
    /// <summary>
    /// In float32 less than the 32 MiB from which the C library takes memory from the system, page by page, each time that it is asked for.
    /// </summary>
    private const long MostLogits = (1 << 23) - (1 << 16);

    /// <summary>
    /// Adds the gradients of the losses' sum, times a factor, to those of the head's parameters, and gives that, and its gradient by the
    /// states, [M, H], where these have a history; else null.
    /// </summary>
    /// <param name="targets">The right tokens, [M].</param>
    public (double Loss, Tensor? Gradient) Backward(Tensor states, Tensor targets, double factor)
    {
        using var scope = NewDisposeScope();
        Tensor total = tensor(0.0, device: states.device);
        Tensor? gradient = states.requires_grad ? empty_like(states) : null;
        long least = model.HeadWeight.requires_grad ? states.shape[1] : 1;
        foreach ((long first, long count) in Pieces(states.shape[0], least))
        {
            using var inner = NewDisposeScope();
            // A leaf: what is below the states is gone through once, when the gradients of all pieces are known.
            Tensor piece = states.narrow(0, first, count).detach();
            piece.requires_grad = gradient is not null;
            Tensor loss = Losses(model.Head(piece), targets.narrow(0, first, count), nn.Reduction.Sum).Times(factor);
            loss.backward();
            gradient?.narrow(0, first, count).copy_(piece.grad!);
            total.PlusInPlace(loss.detach());
        }

        return (total.item<double>(), gradient?.MoveToOuterDisposeScope());
    }

    /// <summary>Each guess's loss, [M], without gradients.</summary>
    public Tensor Losses(Tensor states, Tensor targets) =>
        Each(states, targets, (logits, its) => [Losses(logits, its, nn.Reduction.None)])[0];

    /// <summary>The same, and whether the likeliest token is the right one, [M].</summary>
    public (Tensor Losses, Tensor IsRight) Measure(Tensor states, Tensor targets)
    {
        Tensor[] both = Each(
            states, targets, (logits, its) => [Losses(logits, its, nn.Reduction.None), logits.argmax(-1).eq(its)]);
        return (both[0], both[1]);
    }

    private static Tensor Losses(Tensor logits, Tensor targets, nn.Reduction reduction) => nn.functional.cross_entropy(
        logits.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? logits.to(ScalarType.Float32) : logits, targets, reduction: reduction);

    /// <summary>What is found for each row, piece by piece.</summary>
    private Tensor[] Each(Tensor states, Tensor targets, Func<Tensor, Tensor, Tensor[]> find)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor[]> found = [];
        foreach ((long first, long count) in Pieces(states.shape[0], least: 1))
        {
            using var inner = NewDisposeScope();
            Tensor[] its = find(model.Head(states.narrow(0, first, count)), targets.narrow(0, first, count));
            found.Add([.. its.Select(each => each.MoveToOuterDisposeScope())]);
        }

        return [.. Enumerable.Range(0, found[0].Length).Select(i => cat([.. found.Select(its => its[i])]).MoveToOuterDisposeScope())];
    }

    /// <summary>As few as can be, of like size.</summary>
    private IEnumerable<(long First, long Count)> Pieces(long rows, long least)
    {
        long most = Math.Max(least, mostLogits / model.Decoder.Config.VocabularySize), pieces = (rows + most - 1) / most;
        for (long i = 0; i < pieces; i++)
            yield return (i * rows / pieces, (i + 1) * rows / pieces - i * rows / pieces);
    }
}
