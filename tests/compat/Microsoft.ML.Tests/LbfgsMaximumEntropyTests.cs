using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

/// <summary>The trainer finds the optimum of its objective, and keeps to its options.</summary>
public class LbfgsMaximumEntropyTests
{
    private const int Classes = 3, Features = 4;
    private readonly MLContext _context = new(seed: 1);

    public static TheoryData<float, float, bool> Penalties => new()
    {
        { 0, 1, false },
        { 0, 0.01f, false },
        { 1, 1, false },
        { 5, 0.1f, false },
        { 0, 1, true },
        { 2, 1, true },
    };

    [Theory]
    [MemberData(nameof(Penalties))]
    public void The_optimum_is_that_of_an_independent_descent(float l1, float l2, bool nonNegative)
    {
        (int Label, float[] Features, float Weight)[] rows = TrainingData.Clouds(Classes, 150, Features, 1.5, seed: 3);

        (double[][] weights, double[] biases) = Parameters(Fit(rows, l1, l2, nonNegative));
        (double[][] expectedWeights, double[] expectedBiases) = ProximalDescent(rows, l1, l2, nonNegative);

        double found = Objective(rows, weights, biases, l1, l2), best = Objective(rows, expectedWeights, expectedBiases, l1, l2);
        Assert.Equal(best, found, 1e-4 * best);
        for (int c = 0; c < Classes; c++)
            for (int f = 0; f < Features; f++)
                Assert.Equal(expectedWeights[c][f], weights[c][f], 2e-2);
        if (nonNegative)
            Assert.All(weights.SelectMany(w => w), w => Assert.True(w >= 0));
    }

    [Fact]
    public void At_the_optimum_the_gradient_is_zero()
    {
        (int Label, float[] Features, float Weight)[] rows = TrainingData.Clouds(Classes, 200, Features, 1, seed: 4);

        (double[][] weights, double[] biases) = Parameters(Fit(rows, 0, 1, false));

        (double[][] gradient, double[] biasGradient) = Gradient(rows, weights, biases);
        for (int c = 0; c < Classes; c++)
        {
            Assert.Equal(0, biasGradient[c] / rows.Length, 1e-4);
            for (int f = 0; f < Features; f++)
                Assert.Equal(0, (gradient[c][f] + weights[c][f]) / rows.Length, 1e-4);
        }
    }

    [Fact]
    public void L1_makes_weights_exactly_zero()
    {
        (int Label, float[] Features, float Weight)[] rows = TrainingData.Clouds(Classes, 150, Features, 1, seed: 5);

        int few = Parameters(Fit(rows, 20, 0, false)).Weights.SelectMany(w => w).Count(w => w == 0);

        Assert.True(few > Parameters(Fit(rows, 0, 0.1f, false)).Weights.SelectMany(w => w).Count(w => w == 0));
        Assert.All(Parameters(Fit(rows, 1e6f, 0, false)).Weights.SelectMany(w => w), w => Assert.Equal(0, w));
    }

    [Fact]
    public void A_weight_of_2_is_the_row_twice()
    {
        (int Label, float[] Features, float Weight)[] rows = TrainingData.Clouds(Classes, 60, Features, 1, seed: 6);
        var weighted = rows.Select((row, i) => row with { Weight = i % 3 == 0 ? 2 : 1 }).ToArray();
        var repeated = rows.SelectMany((row, i) => Enumerable.Repeat(row, i % 3 == 0 ? 2 : 1)).ToArray();

        (double[][] a, _) = Parameters(Fit(weighted, 0, 1, false, weightColumn: "Weight"));
        (double[][] b, _) = Parameters(Fit(repeated, 0, 1, false));

        for (int c = 0; c < Classes; c++)
            for (int f = 0; f < Features; f++)
                Assert.Equal(b[c][f], a[c][f], 1e-3);
    }

    [Fact]
    public void Sparse_and_dense_features_are_the_same()
    {
        (int Label, float[] Features, float Weight)[] rows = TrainingData.Clouds(Classes, 60, Features, 1, seed: 7);
        foreach (var row in rows)
            row.Features[2] = 0;
        var sparse = rows.Select(row => new SparseExample
        {
            Label = (uint)row.Label,
            Features = new VBuffer<float>(Features, 3, [row.Features[0], row.Features[1], row.Features[3]], [0, 1, 3]),
        }).ToArray();
        SchemaDefinition definition = SchemaDefinition.Create(typeof(SparseExample));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), Classes);
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Features);

        (double[][] a, _) = Parameters(Trainer(0, 1, false).Fit(_context.Data.LoadFromEnumerable(sparse, definition)));
        (double[][] b, _) = Parameters(Fit(rows, 0, 1, false));

        for (int c = 0; c < Classes; c++)
            for (int f = 0; f < Features; f++)
                Assert.Equal(b[c][f], a[c][f], 1e-4);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        IDataView data = TrainingData.Multiclass(_context, Classes, TrainingData.Clouds(Classes, 300, Features, 1, seed: 8));

        (double[][] one, double[] oneBias) = Parameters(Options(threads: 1).Fit(data));
        (double[][] four, double[] fourBias) = Parameters(Options(threads: 4).Fit(data));

        Assert.Equal(one, four);
        Assert.Equal(oneBias, fourBias);

        LbfgsMaximumEntropyMulticlassTrainer Options(int threads) =>
            _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
                new LbfgsMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = threads });
    }

    [Fact]
    public void Fewer_iterations_leave_a_worse_objective()
    {
        (int Label, float[] Features, float Weight)[] rows = TrainingData.Clouds(Classes, 150, Features, 1, seed: 9);
        IDataView data = TrainingData.Multiclass(_context, Classes, rows);

        double[] objectives = [.. new[] { 1, 3, 1000 }.Select(iterations =>
        {
            var options = new LbfgsMaximumEntropyMulticlassTrainer.Options { MaximumNumberOfIterations = iterations, L1Regularization = 0 };
            (double[][] weights, double[] biases) =
                Parameters(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(options).Fit(data));
            return Objective(rows, weights, biases, 0, 1);
        })];

        Assert.True(objectives[0] > objectives[1] && objectives[1] > objectives[2], string.Join(' ', objectives));
    }

    [Fact]
    public void Training_goes_on_from_a_former_model()
    {
        (int Label, float[] Features, float Weight)[] rows = TrainingData.Clouds(Classes, 150, Features, 1, seed: 10);
        IDataView data = TrainingData.Multiclass(_context, Classes, rows);
        MaximumEntropyModelParameters done = Fit(rows, 0, 1, false).Model;
        var oneStep = new LbfgsMaximumEntropyMulticlassTrainer.Options { MaximumNumberOfIterations = 1, L1Regularization = 0 };

        (double[][] weights, double[] biases) =
            Parameters(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(oneStep).Fit(data, done));

        (double[][] doneWeights, double[] doneBiases) = Parameters(Fit(rows, 0, 1, false));
        Assert.Equal(Objective(rows, doneWeights, doneBiases, 0, 1), Objective(rows, weights, biases, 0, 1), 1e-4);
    }

    [Fact]
    public void Clouds_far_apart_are_told_apart()
    {
        IDataView data = TrainingData.Multiclass(_context, Classes, TrainingData.Clouds(Classes, 200, Features, 12, seed: 11));

        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(
            _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(data).Transform(data));

        Assert.Equal(1, metrics.MicroAccuracy);
        Assert.True(metrics.LogLoss < 0.1);
    }

    [Fact]
    public void Rows_without_label_or_with_features_that_are_not_finite_do_not_train()
    {
        (int Label, float[] Features, float Weight)[] rows = TrainingData.Clouds(Classes, 60, Features, 1, seed: 12);
        (int, float[], float)[] more =
            [.. rows, (-1, [9, 9, 9, 9], 1), (1, [float.NaN, 1, 1, 1], 1), (2, [1, float.PositiveInfinity, 1, 1], 1)];
        var warnings = new List<string>();
        _context.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };

        Assert.Equal(Parameters(Fit(rows, 0, 1, false)).Weights, Parameters(Fit(more, 0, 1, false)).Weights);
        Assert.Equal(
            ["Skipped 2 instances with missing features during training", "Skipped 1 instances with missing labels during training"],
            warnings);
    }

    [Fact]
    public void A_class_without_rows_has_a_score_all_the_same()
    {
        IDataView data = TrainingData.Multiclass(_context, 5, TrainingData.Clouds(Classes, 100, Features, 3, seed: 13));

        float[][] scores =
            [.. _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(data).Transform(data).GetColumn<float[]>("Score")];

        Assert.All(scores, score => Assert.Equal(5, score.Length));
        Assert.All(scores, score => Assert.Equal(1, score.Sum(), 1e-5));
        Assert.True(scores.Max(score => score[4]) < 0.01);
    }

    [Fact]
    public void Every_option_has_an_effect()
    {
        IDataView data = TrainingData.Multiclass(_context, Classes, TrainingData.Clouds(Classes, 150, Features, 1, seed: 14));
        double[][] plain = Weights(_ => { });

        foreach (Action<LbfgsMaximumEntropyMulticlassTrainer.Options> change in (Action<LbfgsMaximumEntropyMulticlassTrainer.Options>[])
            [o => o.L1Regularization = 2, o => o.L2Regularization = 2, o => o.OptimizationTolerance = 0.1f, o => o.HistorySize = 1,
             o => o.MaximumNumberOfIterations = 2, o => o.InitialWeightsDiameter = 1, o => o.EnforceNonNegativity = true])
            Assert.NotEqual(plain, Weights(change));

        double[][] Weights(Action<LbfgsMaximumEntropyMulticlassTrainer.Options> change)
        {
            var options = new LbfgsMaximumEntropyMulticlassTrainer.Options { MaximumNumberOfIterations = 6 };
            change(options);
            return Parameters(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(options).Fit(data)).Weights;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Progress_is_told_unless_it_should_be_quiet(bool quiet)
    {
        int messages = 0;
        _context.Log += (_, e) => messages += e.RawMessage.StartsWith("Iteration ", StringComparison.Ordinal) ? 1 : 0;
        IDataView data = TrainingData.Multiclass(_context, Classes, TrainingData.Clouds(Classes, 60, Features, 1, seed: 15));

        _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options { Quiet = quiet }).Fit(data);

        Assert.Equal(quiet, messages == 0);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (Action<LbfgsMaximumEntropyMulticlassTrainer.Options> spoil in (Action<LbfgsMaximumEntropyMulticlassTrainer.Options>[])
            [o => o.L1Regularization = -1, o => o.L2Regularization = -1, o => o.OptimizationTolerance = 0, o => o.HistorySize = 0,
             o => o.MaximumNumberOfIterations = 0])
        {
            var options = new LbfgsMaximumEntropyMulticlassTrainer.Options();
            spoil(options);
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(options));
        }
    }

    private LbfgsMaximumEntropyMulticlassTrainer Trainer(float l1, float l2, bool nonNegative, string? weightColumn = null) =>
        _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            exampleWeightColumnName: weightColumn, l1Regularization: l1, l2Regularization: l2, optimizationTolerance: 1e-10f,
            enforceNonNegativity: nonNegative);

    private MulticlassPredictionTransformer<MaximumEntropyModelParameters> Fit(
        (int, float[], float)[] rows, float l1, float l2, bool nonNegative, string? weightColumn = null) =>
        Trainer(l1, l2, nonNegative, weightColumn).Fit(TrainingData.Multiclass(_context, Classes, rows));

    private static (double[][] Weights, double[] Biases) Parameters(MulticlassPredictionTransformer<MaximumEntropyModelParameters> model)
    {
        VBuffer<float>[] weights = [];
        model.Model.GetWeights(ref weights, out int classes);
        Assert.Equal(classes, weights.Length);
        return ([.. weights.Select(w => w.DenseValues().Select(v => (double)v).ToArray())],
            [.. model.Model.GetBiases().Select(b => (double)b)]);
    }

    private static double Objective(
        (int Label, float[] Features, float Weight)[] rows, double[][] weights, double[] biases, double l1, double l2) =>
        rows.Sum(row => -Math.Log(Probabilities(row.Features, weights, biases)[row.Label]))
        + weights.SelectMany(w => w).Sum(w => l1 * Math.Abs(w) + l2 / 2 * w * w);

    private static (double[][] Weights, double[] Biases) Gradient(
        (int Label, float[] Features, float Weight)[] rows, double[][] weights, double[] biases)
    {
        double[][] gradient = [.. weights.Select(w => new double[w.Length])];
        var biasGradient = new double[biases.Length];
        foreach ((int label, float[] features, _) in rows)
        {
            double[] p = Probabilities(features, weights, biases);
            for (int c = 0; c < p.Length; c++)
            {
                double error = p[c] - (c == label ? 1 : 0);
                biasGradient[c] += error;
                for (int f = 0; f < features.Length; f++)
                    gradient[c][f] += error * features[f];
            }
        }

        return (gradient, biasGradient);
    }

    private static double[] Probabilities(float[] features, double[][] weights, double[] biases)
    {
        double[] logits = [.. weights.Select((w, c) => biases[c] + w.Zip(features, (a, b) => a * b).Sum())];
        double max = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - max));
        return Array.ConvertAll(logits, logit => Math.Exp(logit - max) / sum);
    }

    /// <summary>Plain gradient steps, each followed by shrinking weights towards 0: slow and obviously right.</summary>
    private static (double[][], double[]) ProximalDescent(
        (int Label, float[] Features, float Weight)[] rows, double l1, double l2, bool nonNegative)
    {
        double[][] weights = [.. Enumerable.Range(0, Classes).Select(_ => new double[Features])];
        var biases = new double[Classes];
        double step = 1 / (rows.Sum(row => 1 + row.Features.Sum(f => (double)f * f)) / 2 + l2);
        for (int iteration = 0; iteration < 6000; iteration++)
        {
            (double[][] gradient, double[] biasGradient) = Gradient(rows, weights, biases);
            for (int c = 0; c < Classes; c++)
            {
                biases[c] -= step * biasGradient[c];
                for (int f = 0; f < Features; f++)
                {
                    double moved = weights[c][f] - step * (gradient[c][f] + l2 * weights[c][f]);
                    double shrunk = Math.Sign(moved) * Math.Max(0, Math.Abs(moved) - step * l1);
                    weights[c][f] = nonNegative ? Math.Max(0, shrunk) : shrunk;
                }
            }
        }

        return (weights, biases);
    }

    private sealed class SparseExample
    {
        public uint Label { get; set; }

        public VBuffer<float> Features { get; set; }
    }
}
