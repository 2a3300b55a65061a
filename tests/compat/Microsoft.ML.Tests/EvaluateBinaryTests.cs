using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Binary metrics against their definitions.</summary>
public class EvaluateBinaryTests
{
    private readonly MLContext _context = new(seed: 1);

    private sealed class Row
    {
        public bool Label { get; set; }

        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
    }

    [Fact]
    public void The_metrics_of_a_table_checked_by_hand()
    {
        // 2 true positives, 1 false negative, 1 false positive, 4 true negatives
        CalibratedBinaryClassificationMetrics metrics =
            Evaluate([(true, 3), (true, 2), (true, -1), (false, 1), (false, -2), (false, -3), (false, -4), (false, -5)]);

        Assert.Equal(6 / 8.0, metrics.Accuracy);
        Assert.Equal(2 / 3.0, metrics.PositivePrecision);
        Assert.Equal(2 / 3.0, metrics.PositiveRecall);
        Assert.Equal(4 / 5.0, metrics.NegativePrecision);
        Assert.Equal(4 / 5.0, metrics.NegativeRecall);
        Assert.Equal(2 / 3.0, metrics.F1Score, 12);
        Assert.Equal(14 / 15.0, metrics.AreaUnderRocCurve, 12);
        // recall 1/3 and 2/3 at precision 1; at recall 1 three of four, reached from two of three
        Assert.Equal(2 / 3.0 + (2 / 3.0 + 3 / 4.0) / 2 / 3, metrics.AreaUnderPrecisionRecallCurve, 12);
        Assert.Equal(-(3 / 8.0 * Math.Log2(3 / 8.0) + 5 / 8.0 * Math.Log2(5 / 8.0)), metrics.Entropy, 12);
        Assert.Equal(1 - metrics.LogLoss / metrics.Entropy, metrics.LogLossReduction, 12);
        Assert.Equal(
            """
            TEST POSITIVE RATIO:	0.3750 (3.0/(3.0+5.0))
            Confusion table
                      ||======================
            PREDICTED || positive | negative | Recall
            TRUTH     ||======================
             positive ||        2 |        1 | 0.6667
             negative ||        1 |        4 | 0.8000
                      ||======================
            Precision ||   0.6667 |   0.8000 |

            """.ReplaceLineEndings("\n"),
            metrics.ConfusionMatrix.GetFormattedConfusionTable().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Log_loss_is_in_bits()
    {
        IDataView data = _context.Data.LoadFromEnumerable(new Row[]
        {
            new() { Label = true, Probability = 0.5f, Score = 1 }, new() { Label = true, Probability = 0.25f, Score = 2 },
            new() { Label = false, Probability = 0.5f, Score = 1 }, new() { Label = false, Probability = 0.75f, Score = 0 },
        });

        Assert.Equal(1.5, _context.BinaryClassification.Evaluate(data).LogLoss, 12);
        Assert.Equal(1, _context.BinaryClassification.Evaluate(data).Entropy, 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AUC_is_the_share_of_pairs_in_the_right_order(int seed)
    {
        var random = new Random(seed);
        (bool Label, float Score)[] rows = [.. Enumerable.Range(0, 200).Select(_ => (random.Next(3) == 0, (float)random.Next(40)))];

        double pairs = 0, right = 0;
        foreach ((_, float positive) in rows.Where(row => row.Label))
            foreach ((_, float negative) in rows.Where(row => !row.Label))
            {
                pairs++;
                right += positive > negative ? 1 : positive == negative ? 0.5 : 0;
            }

        Assert.Equal(right / pairs, Evaluate(rows).AreaUnderRocCurve, 12);
    }

    [Fact]
    public void Areas_are_1_where_the_score_separates_the_classes()
    {
        CalibratedBinaryClassificationMetrics metrics = Evaluate([(true, 3), (true, 2), (false, 1), (false, -2)]);

        Assert.Equal(1, metrics.AreaUnderRocCurve);
        Assert.Equal(1, metrics.AreaUnderPrecisionRecallCurve);
    }

    [Fact]
    public void AUC_needs_both_classes()
    {
        Assert.Equal("PosSample", Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate([(false, 1)])).ParamName);
        Assert.Equal("NegSample", Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate([(true, 1)])).ParamName);
    }

    [Fact]
    public void Scores_of_NaN_are_left_out()
    {
        CalibratedBinaryClassificationMetrics metrics = Evaluate([(true, 3), (false, -1), (true, float.NaN)]);

        Assert.Equal([[1, 0], [0, 1]], metrics.ConfusionMatrix.Counts);
    }

    [Fact]
    public void Without_probabilities_there_are_the_other_metrics()
    {
        IDataView data = Table([(true, 3), (true, -2), (false, 1), (false, -2)]);

        BinaryClassificationMetrics metrics = _context.BinaryClassification.EvaluateNonCalibrated(data);

        Assert.Equal(0.5, metrics.Accuracy);
        Assert.Equal(_context.BinaryClassification.Evaluate(data).AreaUnderRocCurve, metrics.AreaUnderRocCurve);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Evaluate(data, probabilityColumnName: "None"));
    }

    private CalibratedBinaryClassificationMetrics Evaluate((bool Label, float Score)[] rows) =>
        _context.BinaryClassification.Evaluate(Table(rows));

    private IDataView Table((bool Label, float Score)[] rows) => _context.Data.LoadFromEnumerable(
        rows.Select(row => new Row
        {
            Label = row.Label, Score = row.Score, PredictedLabel = row.Score > 0, Probability = 1 / (1 + MathF.Exp(-row.Score)),
        }).ToArray());
}
