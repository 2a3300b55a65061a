using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Multiclass metrics on tables small enough to check by hand.</summary>
public class EvaluateMulticlassTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Of_equal_scores_the_first_class_is_predicted()
    {
        MulticlassClassificationMetrics metrics =
            Evaluate(2, 2, [(1, 1, [0.5f, 0.5f]), (2, 1, [0.5f, 0.5f]), (1, 1, [0.25f, 0.25f]), (2, 1, [0.6f, 0.4f]), (2, 2, [0.1f, 0.9f])],
            topK: 3);

        Assert.Equal(0.6, metrics.MicroAccuracy, 12);
        Assert.Equal(2 / 3.0, metrics.MacroAccuracy, 12);
        Assert.Equal(0.7588479962723109, metrics.LogLoss, 12);
        Assert.Equal(-0.12754062592182958, metrics.LogLossReduction, 12);
        Assert.Equal([1.0397207708399179, 0.5715994798939064], metrics.PerClassLogLoss);
        Assert.Equal([0.6, 1, 1], metrics.TopKAccuracyForAllK!);
        Assert.Equal(1, metrics.TopKAccuracy);
        Assert.Equal(3, metrics.TopKPredictionCount);
        Assert.Equal(2, metrics.ConfusionMatrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 1));
        Assert.Equal(
            """

            Confusion table
                      ||======================
            PREDICTED ||        0 |        1 | Recall
            TRUTH     ||======================
                    0 ||        2 |        0 | 1.0000
                    1 ||        2 |        1 | 0.3333
                      ||======================
            Precision ||   0.5000 |   1.0000 |

            """.ReplaceLineEndings("\n"),
            metrics.ConfusionMatrix.GetFormattedConfusionTable().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Names_that_fit_head_the_columns_and_longer_ones_are_numbered()
    {
        (uint, uint, float[])[] rows = [(1, 1, [0.8f, 0.1f, 0.1f]), (2, 3, [0.1f, 0.3f, 0.6f]), (3, 3, [0.1f, 0.1f, 0.8f])];

        Assert.Equal(
            """

            Confusion table
                      ||========================
            PREDICTED ||    no | maybe |   yes | Recall
            TRUTH     ||========================
                   no ||     1 |     0 |     0 | 1.0000
                maybe ||     0 |     0 |     1 | 0.0000
                  yes ||     0 |     0 |     1 | 1.0000
                      ||========================
            Precision ||1.0000 |0.0000 |0.5000 |

            """.ReplaceLineEndings("\n"),
            Evaluate(3, 3, rows, ["no", "maybe", "yes"]).ConfusionMatrix.GetFormattedConfusionTable().ReplaceLineEndings("\n"));
        Assert.Contains(
            "1. perhaps ||     0 |     0 |     1 | 0.0000",
            Evaluate(3, 3, rows, ["no", "perhaps", "yes"]).ConfusionMatrix.GetFormattedConfusionTable());
    }

    [Fact]
    public void Scores_are_clipped_to_1e_15_in_single_precision()
    {
        MulticlassClassificationMetrics metrics = Evaluate(2, 2, [(1, 2, [0, 1]), (2, 1, [7, 0])]);

        Assert.Equal(34.53877639128319, metrics.LogLoss, 12);
        Assert.Equal(0, Evaluate(2, 2, [(1, 1, [7, 0]), (2, 2, [0, 1])]).LogLoss);
    }

    [Fact]
    public void One_class_alone_has_no_entropy_to_reduce() =>
        Assert.Equal(double.PositiveInfinity, Evaluate(2, 2, [(1, 1, [0.9f, 0.1f]), (1, 2, [0.4f, 0.6f])]).LogLossReduction);

    [Fact]
    public void Missing_labels_and_scores_that_are_not_finite_are_left_out()
    {
        MulticlassClassificationMetrics metrics = Evaluate(2, 2,
            [(0, 2, [0.1f, 0.9f]), (1, 1, [0.9f, 0.1f]), (2, 1, [float.NaN, 0]), (2, 1, [float.PositiveInfinity, 0]),
                (2, 2, [0.2f, 0.8f])]);

        Assert.Equal(1, metrics.MicroAccuracy);
        Assert.Equal([[1, 0], [0, 1]], metrics.ConfusionMatrix.Counts);
    }

    [Fact]
    public void Without_a_known_row_accuracy_is_0_and_the_reduction_no_number()
    {
        MulticlassClassificationMetrics metrics = Evaluate(2, 2, [(0, 1, [0.9f, 0.1f])], topK: 1);

        Assert.Equal((0, 0, 0), (metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.LogLoss));
        Assert.True(double.IsNaN(metrics.LogLossReduction));
        Assert.True(double.IsNaN(metrics.TopKAccuracy));
    }

    [Fact]
    public void A_label_beyond_the_scores_counts_as_wrong_and_stays_out_of_the_table()
    {
        MulticlassClassificationMetrics metrics = Evaluate(2, 5, [(1, 1, [0.9f, 0.1f]), (5, 1, [0.9f, 0.1f])]);

        Assert.Equal(0.5, metrics.MicroAccuracy);
        Assert.Equal([[1, 0], [0, 0]], metrics.ConfusionMatrix.Counts);
    }

    [Fact]
    public void A_number_that_is_no_class_is_left_out_as_a_label()
    {
        IDataView data = ScoredRows.Floats(
            _context, 2, [(0, 0, [0.9f, 0.1f]), (1, 1, [0.9f, 0.1f]), (0.5f, 0, [1, 0]), (-1, 0, [1, 0]), (float.NaN, 0, [1, 0])]);

        Assert.Equal([[1, 0], [1, 0]], _context.MulticlassClassification.Evaluate(data).ConfusionMatrix.Counts);
    }

    [Fact]
    public void Top_k_is_off_at_0_and_goes_one_beyond_the_classes_at_most()
    {
        (uint, uint, float[])[] rows = [(1, 1, [0.9f, 0.1f]), (2, 1, [0.9f, 0.1f])];

        Assert.Null(Evaluate(2, 2, rows).TopKAccuracyForAllK);
        Assert.Equal(0, Evaluate(2, 2, rows).TopKAccuracy);
        Assert.Equal([0.5, 1, 1], Evaluate(2, 2, rows, topK: 3).TopKAccuracyForAllK!);
        Assert.Throws<IndexOutOfRangeException>(() => Evaluate(2, 2, rows, topK: 4));
        Assert.Equal("topKPredictionCount", Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate(2, 2, rows, topK: -1)).ParamName);
    }

    private MulticlassClassificationMetrics Evaluate(
        int classes, ulong labelCount, (uint, uint, float[])[] rows, string[]? names = null, int topK = 0) =>
        _context.MulticlassClassification.Evaluate(ScoredRows.Keys(_context, classes, labelCount, rows, names), topKPredictionCount: topK);
}
