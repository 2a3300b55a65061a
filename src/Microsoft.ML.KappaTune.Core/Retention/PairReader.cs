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
internal sealed class PairReader(EmbeddingPooling pooling, IReadOnlyList<int> order, int most) : AnswerReader
{
    /// <summary>The factor that makes logits of cosines. Sentence encoders are commonly trained with 20, a temperature of 0.05.</summary>
    private const float Scale = 20;

    /// <summary>Choices of a pair: the first sentence chooses the second, and the second the first.</summary>
    public const int AnswersOfPair = 2;

    private readonly float[][] _vectors = new float[order.Count][];
    private int _known;

    /// <summary>The sentences' vectors, [B, H].</summary>
    public override Tensor FeaturesOf(WindowBatch batch, Tensor states) => SentencePooling.Pool(pooling, states, batch.Mask);

    /// <summary>Keeps the sentences' vectors, and gives the answers of all groups when the last batch has come.</summary>
    public override IReadOnlyList<Answers> Read(WindowBatch batch, Tensor features)
    {
        using (Tensor inMemory = features.cpu())
        {
            using Tensor values = inMemory.contiguous();
            float[] vectors = [.. values.data<float>()];
            foreach (float[] vector in vectors.Chunk(vectors.Length / batch.Count))
                _vectors[order[_known++]] = vector;
        }

        if (_known < order.Count)
            return [];
        int pairs = order.Count / 2, groups = (pairs + most - 1) / most;
        return [.. Enumerable.Range(0, groups).Select(group =>
            AnswersOf(_vectors[(2 * (pairs * group / groups))..(2 * (pairs * (group + 1) / groups))]))];
    }

    /// <param name="vectors">Of both sentences of each pair, one after the other.</param>
    private static Answers AnswersOf(float[][] vectors)
    {
        using var scope = NewDisposeScope();
        int pairs = vectors.Length / 2;
        float[] values = [.. vectors.SelectMany(vector => vector)];
        Tensor sides = nn.functional.normalize(tensor(values, [pairs, 2, vectors[0].Length]), dim: 2);
        Tensor cosines = sides.select(1, 0).mm(sides.select(1, 1).t()).Times(Scale); // [first sentences, second sentences]
        int[] owners = [.. Enumerable.Range(0, pairs)];
        Tensor own = tensor(Array.ConvertAll(owners, owner => (long)owner));
        return new(
            pairs, [.. owners, .. owners], cat([cosines, cosines.t()]).MoveToOuterDisposeScope(),
            cat([own, own]).MoveToOuterDisposeScope(), ChoicesAreSamples: true);
    }
}
