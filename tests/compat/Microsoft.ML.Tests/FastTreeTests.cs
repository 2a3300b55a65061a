using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

/// <summary>Boosted trees learn what trees can learn, and keep to their options.</summary>
public class FastTreeTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void A_separable_problem_is_separated()
    {
        var rows = Rows(400, seed: 1, x => x[0] > 0.3f);

        CalibratedBinaryClassificationMetrics metrics = Evaluate(rows, new());

        Assert.Equal(1, metrics.Accuracy);
        Assert.Equal(1, metrics.AreaUnderRocCurve);
        Assert.True(metrics.LogLoss < 0.05, $"{metrics.LogLoss}");
    }

    [Fact]
    public void Exclusive_or_is_learned_on_new_rows_too()
    {
        Func<float[], bool> xor = x => x[0] > 0 != x[1] > 0;
        IDataView train = TrainingData.Binary(_context, Rows(1000, seed: 2, xor)),
            test = TrainingData.Binary(_context, Rows(500, seed: 3, xor));

        CalibratedBinaryClassificationMetrics metrics =
            _context.BinaryClassification.Evaluate(_context.BinaryClassification.Trainers.FastTree().Fit(train).Transform(test));

        Assert.True(metrics.Accuracy > 0.95, $"{metrics.Accuracy}");
    }

    [Fact]
    public void Noisy_labels_give_probabilities_near_the_true_ones()
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, 4000).Select(_ =>
        {
            float x = (float)random.NextDouble();
            return (random.NextDouble() < (x < 0.5f ? 0.2 : 0.7), new[] { x, (float)random.NextDouble() }, 1f);
        }).ToArray();
        IDataView data = TrainingData.Binary(_context, rows);

        var options = new FastTreeBinaryTrainer.Options { NumberOfTrees = 30, NumberOfLeaves = 4, MinimumExampleCountPerLeaf = 200 };
        IDataView scored = Trainer(options).Fit(data).Transform(data);

        float[] probabilities = [.. scored.GetColumn<float>("Probability")];
        Assert.Equal(0.2, Mean(x => x < 0.5f), 0.03);
        Assert.Equal(0.7, Mean(x => x >= 0.5f), 0.03);
        Assert.True(_context.BinaryClassification.Evaluate(scored).LogLossReduction > 0.1);

        double Mean(Func<float, bool> side) =>
            rows.Zip(probabilities).Where(pair => side(pair.First.Item2[0])).Average(pair => pair.Second);
    }

    [Fact]
    public void Each_tree_lowers_the_training_loss()
    {
        var rows = Rows(500, seed: 5, x => x[0] + x[1] * x[2] > 0, noise: 0.1);

        double[] losses = [.. new[] { 1, 2, 5, 10, 20, 40, 80 }.Select(trees => Evaluate(rows, new() { NumberOfTrees = trees }).LogLoss)];

        Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second < pair.First, string.Join(' ', losses)));
        Assert.True(losses[0] < 1);
    }

    [Fact]
    public void Constant_features_are_never_tested()
    {
        var rows = Rows(300, seed: 6, x => x[1] > 0);
        foreach (var row in rows)
            row.Features[0] = 5;

        Assert.Equal(1, Evaluate(rows, new()).Accuracy);
    }

    [Fact]
    public void Where_nothing_can_be_split_the_probability_is_the_share_of_positives()
    {
        var rows = Enumerable.Range(0, 100).Select(i => (i < 30, new[] { 1f, 2f }, 1f)).ToArray();
        IDataView data = TrainingData.Binary(_context, rows);

        IDataView scored = _context.BinaryClassification.Trainers.FastTree().Fit(data).Transform(data);

        Assert.All(scored.GetColumn<float>("Probability"), p => Assert.Equal(0.3f, p, 1e-4f));
    }

    [Fact]
    public void One_class_only_trains_and_predicts_it()
    {
        var rows = Rows(50, seed: 7, _ => true);
        IDataView data = TrainingData.Binary(_context, rows);

        Assert.All(
            _context.BinaryClassification.Trainers.FastTree().Fit(data).Transform(data).GetColumn<bool>("PredictedLabel"), Assert.True);
    }

    [Fact]
    public void Missing_features_say_something_too()
    {
        var random = new Random(8);
        var rows = Enumerable.Range(0, 400)
            .Select(i => (i % 2 == 0, new[] { i % 2 == 0 ? float.NaN : (float)random.NextDouble(), (float)random.NextDouble() }, 1f))
            .ToArray();

        Assert.Equal(1, Evaluate(rows, new()).Accuracy);
    }

    [Fact]
    public void Infinite_and_neighbouring_features_are_told_apart()
    {
        float next = MathF.BitIncrement(1);
        var rows = Enumerable.Range(0, 200)
            .Select(i => (i % 2 == 0, new[] { i % 2 == 0 ? 1 : next, i % 4 < 2 ? float.NegativeInfinity : float.PositiveInfinity }, 1f))
            .ToArray();

        Assert.Equal(1, Evaluate(rows, new()).Accuracy);
    }

    [Fact]
    public void A_weight_of_2_is_the_row_twice()
    {
        var rows = Rows(200, seed: 9, x => x[0] > 0, noise: 0.2);
        var weighted = rows.Select((row, i) => row with { Weight = i % 3 == 0 ? 2 : 1 }).ToArray();
        var repeated = rows.SelectMany((row, i) => Enumerable.Repeat(row, i % 3 == 0 ? 2 : 1)).ToArray();
        IDataView test = TrainingData.Binary(_context, rows);

        // With leaves of one row and no limit on bins the weighted and the repeated rows can be split alike.
        FastTreeBinaryTrainer.Options Options(string? weight) =>
            new()
            {
                ExampleWeightColumnName = weight, MinimumExampleCountPerLeaf = 1, NumberOfTrees = 20, NumberOfLeaves = 4,
                MaximumBinCountPerFeature = 1000,
            };
        float[] a = [.. Trainer(Options("Weight")).Fit(TrainingData.Binary(_context, weighted)).Transform(test).GetColumn<float>("Score")];
        float[] b = [.. Trainer(Options(null)).Fit(TrainingData.Binary(_context, repeated)).Transform(test).GetColumn<float>("Score")];

        Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Fact]
    public void Any_number_of_threads_and_any_run_give_the_same_bits_and_another_seed_others()
    {
        var rows = Rows(500, seed: 10, x => x[0] + x[1] > 0, noise: 0.1);
        FastTreeBinaryTrainer.Options Options(int threads, int seed) =>
            new() { NumberOfThreads = threads, Seed = seed, BaggingSize = 1, FeatureFraction = 0.7 };

        float[] scores = Scores(rows, Options(1, 1));

        Assert.Equal(scores, Scores(rows, Options(4, 1)));
        Assert.Equal(scores, Scores(rows, Options(1, 1)));
        Assert.NotEqual(scores, Scores(rows, Options(1, 2)));
    }

    [Fact]
    public void Every_option_has_an_effect()
    {
        var rows = Rows(500, seed: 11, x => x[0] + x[1] * x[2] > 0, noise: 0.1);
        float[] plain = Scores(rows, new() { NumberOfTrees = 10 });

        foreach (Action<FastTreeBinaryTrainer.Options> change in (Action<FastTreeBinaryTrainer.Options>[])
            [o => o.NumberOfTrees = 11, o => o.NumberOfLeaves = 5, o => o.MinimumExampleCountPerLeaf = 50, o => o.LearningRate = 0.1,
             o => o.MaximumBinCountPerFeature = 8,
             o => o.Shrinkage = 0.5, o => o.MaximumTreeOutput = 0.1, o => o.FeatureFraction = 0.5, o => o.BaggingSize = 2])
        {
            var options = new FastTreeBinaryTrainer.Options { NumberOfTrees = 10 };
            change(options);
            Assert.NotEqual(plain, Scores(rows, options));
        }
    }

    [Fact]
    public void A_leaf_has_its_least_number_of_rows()
    {
        var rows = Rows(100, seed: 12, x => x[0] > 0);

        // No leaf may have fewer than half of the rows: one split is all a tree can do.
        float[] scores = Scores(rows, new() { NumberOfTrees = 1, MinimumExampleCountPerLeaf = 50 });

        Assert.Equal([50, 50], scores.GroupBy(score => score).Select(group => group.Count()));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (Action<FastTreeBinaryTrainer.Options> spoil in (Action<FastTreeBinaryTrainer.Options>[])
            [o => o.NumberOfTrees = 0, o => o.NumberOfLeaves = 1, o => o.MinimumExampleCountPerLeaf = 0, o => o.LearningRate = 0,
             o => o.MaximumBinCountPerFeature = 1,
             o => o.FeatureFraction = 0, o => o.BaggingExampleFraction = 1.5, o => o.Shrinkage = 0, o => o.MaximumTreeOutput = 0])
        {
            var options = new FastTreeBinaryTrainer.Options();
            spoil(options);
            Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(options));
        }
    }

    [Fact]
    public void The_score_becomes_the_probability_through_the_calibrator()
    {
        IDataView data = TrainingData.Binary(_context, Rows(200, seed: 13, x => x[0] > 0, noise: 0.1));
        var model = _context.BinaryClassification.Trainers.FastTree().Fit(data);
        IDataView scored = model.Transform(data);

        Assert.Equal(
            ["Label", "Features", "Weight", "PredictedLabel", "Score", "Probability"], scored.Schema.Select(column => column.Name));
        float[] scores = [.. scored.GetColumn<float>("Score")];
        Assert.Equal(scores.Select(model.Model.Calibrator.PredictProbability), scored.GetColumn<float>("Probability"));
        Assert.Equal(scores.Select(score => score > 0), scored.GetColumn<bool>("PredictedLabel"));
        Assert.Equal(scores.Select(score => score > 0), scored.GetColumn<float>("Probability").Select(p => p > 0.5f));
        Assert.Equal(0, model.Model.Calibrator.Offset);
        Assert.True(model.Model.Calibrator.Slope < 0);
    }

    [Fact]
    public void A_label_that_is_no_truth_value_is_refused()
    {
        IDataView data = TrainingData.Multiclass(_context, 2, TrainingData.Clouds(2, 20, 2, 1, seed: 14));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Trainers.FastTree().Fit(data));

        Assert.Equal("Schema mismatch for label column 'Label': expected Boolean, got Key<UInt32> (Parameter 'labelCol')", error.Message);
    }

    private FastTreeBinaryTrainer Trainer(FastTreeBinaryTrainer.Options options) =>
        _context.BinaryClassification.Trainers.FastTree(options);

    private CalibratedBinaryClassificationMetrics Evaluate((bool, float[], float)[] rows, FastTreeBinaryTrainer.Options options)
    {
        IDataView data = TrainingData.Binary(_context, rows);
        return _context.BinaryClassification.Evaluate(Trainer(options).Fit(data).Transform(data));
    }

    private float[] Scores((bool, float[], float)[] rows, FastTreeBinaryTrainer.Options options)
    {
        IDataView data = TrainingData.Binary(_context, rows);
        return [.. Trainer(options).Fit(data).Transform(data).GetColumn<float>("Score")];
    }

    /// <summary>Three normal features; some labels turned around.</summary>
    private static (bool Label, float[] Features, float Weight)[] Rows(int count, int seed, Func<float[], bool> label, double noise = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, 3).Select(_ => (float)TrainingData.Normal(random))];
            return (label(x) != random.NextDouble() < noise, x, 1f);
        })];
    }
}
