using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tokenization;

/// <summary>What a classifier says of test rows.</summary>
internal static class TestScores
{
    /// <summary>The probabilities of the classes, in the rows' order.</summary>
    public static float[][] Of(IClassScorer classifier, TextExample[] rows) => Of(classifier, rows, batch =>
    {
        float[] scores = new float[batch.Length * classifier.ClassCount];
        classifier.Score(batch, scores);
        return scores;
    });

    /// <summary>Something that there is for each class, in the rows' order.</summary>
    /// <param name="classifier">Makes tokens of texts.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="score">Gives it for a batch, [rows, classes].</param>
    public static T[][] Of<T>(IClassScorer classifier, TextExample[] rows, Func<EncodedText[], T[]> score)
    {
        var all = new T[rows.Length][];
        // Of similar lengths, as a batch is padded to its longest.
        IEnumerable<(EncodedText Text, int Place)> encoded =
            rows.Select((row, i) => (Text: classifier.Encode(row.Text, row.Pair), Place: i)).OrderBy(row => row.Text.Ids.Length);
        foreach ((EncodedText Text, int Place)[] batch in encoded.Chunk(Setting.BatchSize))
        {
            T[][] scores = [.. score([.. batch.Select(row => row.Text)]).Chunk(classifier.ClassCount)];
            for (int i = 0; i < batch.Length; i++)
                all[batch[i].Place] = scores[i];
        }

        return all;
    }
}
