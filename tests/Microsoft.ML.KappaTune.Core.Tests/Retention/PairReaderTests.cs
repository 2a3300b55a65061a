using Microsoft.ML.KappaTune.Retention;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public class PairReaderTests
{
    // Three sentences of two tokens and one of one, with states of two numbers: pairs (0, 1) and (2, 3).
    private static readonly float[][][] States = [[[1, 0], [0, 1]], [[1, 0.2f], [1, 1]], [[0, 2], [-1, 0]], [[-1, 1]]];

    [Theory]
    [InlineData(EmbeddingPooling.Mean)]
    [InlineData(EmbeddingPooling.FirstToken)]
    public void Loss_and_hits_are_those_computed_by_hand(EmbeddingPooling pooling)
    {
        RetentionTally tally = Tally(pooling, [0, 1, 2, 3], most: 10);
        double[][] v = [.. States.Select(tokens => pooling == EmbeddingPooling.FirstToken
            ? [tokens[0][0], tokens[0][1]]
            : new double[] { tokens.Average(token => token[0]), tokens.Average(token => token[1]) })];
        double own0 = Cosine(v[0], v[1]), own1 = Cosine(v[2], v[3]), cross01 = Cosine(v[0], v[3]), cross10 = Cosine(v[2], v[1]);
        // From the first sentence to the second, and back.
        double first = CrossEntropy(own0, cross01) + CrossEntropy(own0, cross10);
        double second = CrossEntropy(own1, cross10) + CrossEntropy(own1, cross01);
        Assert.Equal(first + second, tally.Losses.Sum(), 1e-4);
        // Without the other pair, a sentence has nothing to choose from and no loss: each pair also makes all of the other's.
        double mean = (first + second) / 2;
        Assert.Equal(first + second - mean, tally.Losses[0], 1e-4);
        Assert.Equal(second + first - mean, tally.Losses[1], 1e-4);
        Assert.Equal([Hits(own0, cross01, cross10), Hits(own1, cross10, cross01)], tally.Right);
    }

    [Fact]
    public void The_poolings_differ() =>
        Assert.NotEqual(Tally(EmbeddingPooling.Mean, [0, 1, 2, 3], 10).Losses, Tally(EmbeddingPooling.FirstToken, [0, 1, 2, 3], 10).Losses);

    [Fact]
    public void Groups_are_the_pairs_own_however_sentences_come()
    {
        RetentionTally inOrder = Tally(EmbeddingPooling.Mean, [0, 1, 2, 3], 10), other = Tally(EmbeddingPooling.Mean, [3, 0, 2, 1], 10);
        Assert.Equal(inOrder.Losses, other.Losses);
        // Alone in its group, a pair has nothing to choose from.
        RetentionTally alone = Tally(EmbeddingPooling.Mean, [0, 1, 2, 3], most: 1);
        Assert.Equal([0, 0], alone.Losses);
        Assert.Equal([2, 2], alone.Right);
    }

    private static RetentionTally Tally(EmbeddingPooling pooling, int[] order, int most)
    {
        using var scope = NewDisposeScope();
        var tally = new RetentionTally();
        var reader = new PairReader(pooling, order, most);
        foreach (int[] part in order.Chunk(2))
        {
            MaskedWindow[] windows = [.. part.Select(sentence => MaskedWindow.Whole([.. States[sentence].Select(_ => 7)]))];
            var batch = new WindowBatch(windows, padId: 0, CPU);
            int length = windows.Max(window => window.Ids.Length);
            // What stands at padding isn't looked at.
            float[] values = [.. part.SelectMany(sentence => States[sentence].Concat([[9, 9]]).Take(length)).SelectMany(token => token)];
            Tensor states = tensor(values, [part.Length, length, 2]);
            foreach (Answers answers in reader.Read(batch, reader.FeaturesOf(batch, states)))
                tally.Add(answers);
        }

        return tally;
    }

    private static double Cosine(double[] a, double[] b) =>
        (a[0] * b[0] + a[1] * b[1]) / Math.Sqrt((a[0] * a[0] + a[1] * a[1]) * (b[0] * b[0] + b[1] * b[1]));

    private static double CrossEntropy(double own, double other) => Math.Log(1 + Math.Exp(20 * (other - own)));

    private static double Hits(double own, double one, double other) => (own > one ? 1 : 0) + (own > other ? 1 : 0);
}
