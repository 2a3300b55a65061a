using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// How well sentences find their neighbours. Each sentence chooses its neighbour, by the cosine of their vectors, among those of all pairs
/// of its group: the contrastive loss with negatives from the batch, in both directions (van den Oord et al., arXiv:1807.03748; Reimers and
/// Gurevych, arXiv:1908.10084).
/// </summary>
/// <param name="pooling">How a sentence's states become its vector.</param>
/// <param name="order">Sentences come in this order: 2p and 2p + 1 are those of pair p.</param>
/// <param name="most">Pairs of a group at most; all groups have as many, or one fewer.</param>
internal sealed class PairTally(EmbeddingPooling pooling, IReadOnlyList<int> order, int most) : RetentionTally
{
    /// <summary>The factor that makes logits of cosines. Sentence encoders are commonly trained with 20, a temperature of 0.05.</summary>
    private const float Scale = 20;

    /// <summary>Choices of a pair: the first sentence chooses the second, and the second the first.</summary>
    public const int Answers = 2;

    private readonly float[][] _vectors = new float[order.Count][];
    private int _known;

    /// <summary>Keeps the sentences' vectors, and counts all groups when the last batch has come.</summary>
    public override void Add(WindowBatch batch, Tensor states)
    {
        using var scope = NewDisposeScope();
        float[] vectors = [.. SentencePooling.Pool(pooling, states, batch.Mask).cpu().contiguous().data<float>()];
        foreach (float[] vector in vectors.Chunk(vectors.Length / batch.Count))
            _vectors[order[_known++]] = vector;
        if (_known < order.Count)
            return;
        int pairs = order.Count / 2, groups = (pairs + most - 1) / most;
        for (int group = 0; group < groups; group++)
        {
            (int begin, int end) = (pairs * group / groups, pairs * (group + 1) / groups);
            AddGroup(_vectors.AsSpan((2 * begin)..(2 * end)));
        }
    }

    /// <param name="vectors">Of both sentences of each pair, one after the other.</param>
    private void AddGroup(ReadOnlySpan<float[]> vectors)
    {
        using var scope = NewDisposeScope();
        int pairs = vectors.Length / 2;
        float[] values = [.. vectors.ToArray().SelectMany(vector => vector)];
        Tensor sides = nn.functional.normalize(tensor(values, [pairs, 2, vectors[0].Length]), dim: 2);
        Tensor cosines = sides.select(1, 0).mm(sides.select(1, 1).t()).Times(Scale); // [first sentences, second sentences]
        int[] owners = [.. Enumerable.Range(0, pairs)];
        Tensor own = tensor(Array.ConvertAll(owners, owner => (long)owner));
        Add(pairs, [.. owners, .. owners], cat([cosines, cosines.t()]), cat([own, own]));
    }
}
