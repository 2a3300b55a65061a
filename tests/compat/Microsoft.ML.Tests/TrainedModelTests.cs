using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;

/// <summary>Trained models in pipelines: saved, loaded, one object at a time, and damaged.</summary>
public class TrainedModelTests
{
    private readonly MLContext _context = new(seed: 1);

    private sealed class Flower
    {
        public string Label { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [0, 0];
    }

    private sealed class Answer
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    private sealed class Toss
    {
        public bool Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [0, 0];
    }

    private sealed class Grouped
    {
        public bool Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [0, 0];

        public string Group { get; set; } = "";
    }

    private sealed class TossAnswer
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
    }

    [Fact]
    public void Maximum_entropy_scores_the_same_after_loading()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Flowers());
        ITransformer model = Pipeline().Fit(data);

        ITransformer loaded = Load(Save(model, data));

        Assert.Equal(
            Read<Answer>(model.Transform(data)).SelectMany(a => a.Score), Read<Answer>(loaded.Transform(data)).SelectMany(a => a.Score));
        Assert.Equal(Flowers().Select(flower => flower.Label), Read<Answer>(loaded.Transform(data)).Select(a => a.PredictedLabel));
        VBuffer<ReadOnlyMemory<char>> names = default;
        loaded.Transform(data).Schema["Score"].GetSlotNames(ref names);
        Assert.Equal(["iris", "rose", "tulip"], names.DenseValues().Select(name => name.ToString()));
        var trained =
            Assert.IsType<MulticlassPredictionTransformer<MaximumEntropyModelParameters>>(((IEnumerable<ITransformer>)loaded).ElementAt(1));
        Assert.Equal(3, trained.Model.GetBiases().Count());
    }

    [Theory]
    [InlineData(7f)]
    [InlineData(7d)]
    [InlineData((byte)7)]
    [InlineData((short)-7)]
    [InlineData(7L)]
    [InlineData(7ul)]
    [InlineData(true)]
    public void Labels_of_any_type_come_back<T>(T value)
    {
        var rows = Enumerable.Range(0, 40).Select(i => new Example<T> { Label = i % 2 == 0 ? value : default!, Features = [i % 2, 1] })
            .ToArray();
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Example<T>));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        IDataView data = _context.Data.LoadFromEnumerable(rows, definition);
        ITransformer model = Pipeline().Fit(data);

        T[] predicted = [.. Load(Save(model, data)).Transform(data).GetColumn<T>("PredictedLabel")];

        Assert.Equal(rows.Select(row => row.Label), predicted);
    }

    [Fact]
    public void Boosted_trees_score_the_same_after_loading()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Tosses());
        ITransformer model = _context.BinaryClassification.Trainers.FastTree(numberOfTrees: 20).Fit(data);

        ITransformer loaded = Load(Save(model, data));

        TossAnswer[] before = Read<TossAnswer>(model.Transform(data)), after = Read<TossAnswer>(loaded.Transform(data));
        Assert.Equal(
            before.Select(a => (a.PredictedLabel, a.Score, a.Probability)), after.Select(a => (a.PredictedLabel, a.Score, a.Probability)));
        Assert.True(before.Select(a => a.Score).Distinct().Count() > 2);
        ITransformer last = loaded is IEnumerable<ITransformer> chain ? chain.Last() : loaded;
        Assert.IsType<BinaryPredictionTransformer<CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>>>(last);
    }

    [Fact]
    public void An_engine_predicts_what_the_data_view_says()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Flowers());
        ITransformer model = Pipeline().Fit(data);
        Answer[] expected = Read<Answer>(model.Transform(data));
        using PredictionEngine<Flower, Answer> engine = _context.Model.CreatePredictionEngine<Flower, Answer>(model);

        Answer[] answers = [.. Flowers().Select(engine.Predict)];

        Assert.Equal(expected.Select(a => a.PredictedLabel), answers.Select(a => a.PredictedLabel));
        Assert.Equal(expected.SelectMany(a => a.Score), answers.SelectMany(a => a.Score));
    }

    [Fact]
    public void A_damaged_model_is_refused_with_an_exception_that_says_so()
    {
        IDataView flowers = _context.Data.LoadFromEnumerable(Flowers()), tosses = _context.Data.LoadFromEnumerable(Tosses());
        byte[][] files =
            [Save(Pipeline().Fit(flowers), flowers),
            Save(_context.BinaryClassification.Trainers.FastTree(numberOfTrees: 2).Fit(tosses), tosses)];
        int refused = 0;
        foreach (byte[] file in files)
            foreach (byte[] damaged in Damage(file))
            {
                Exception? error = ModelTests.LoadError(damaged);
                Assert.True(error is null or FormatException or InvalidOperationException, error?.ToString());
                refused += error is null ? 0 : 1;
            }

        Assert.True(refused > 20, $"{refused}");
    }

    [Fact]
    public void Cross_validation_evaluates_each_row_once()
    {
        Flower[] flowers = Flowers();
        var results = _context.MulticlassClassification.CrossValidate(_context.Data.LoadFromEnumerable(flowers),
            _context.Transforms.Conversion.MapValueToKey("Label").Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()),
            numberOfFolds: 4, seed: 3);

        Assert.Equal([0, 1, 2, 3], results.Select(result => result.Fold));
        Assert.All(results, result => Assert.Equal(1, result.Metrics.MicroAccuracy));
        Assert.Equal(flowers.Length, results.Sum(result => result.Metrics.ConfusionMatrix.Counts.Sum(row => row.Sum())));
        Assert.Equal(flowers.Length, results.Sum(result => result.ScoredHoldOutSet.GetColumn<float[]>("Score").Count()));
        Assert.All(results, result => Assert.NotNull(result.Model));
    }

    [Fact]
    public void Binary_cross_validation_evaluates_each_row_once()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Tosses());

        var results = _context.BinaryClassification.CrossValidate(
            data, _context.BinaryClassification.Trainers.FastTree(numberOfTrees: 10), numberOfFolds: 3, seed: 3);
        var uncalibrated = _context.BinaryClassification.CrossValidateNonCalibrated(
            data, _context.BinaryClassification.Trainers.FastTree(numberOfTrees: 10), numberOfFolds: 3, seed: 3);

        Assert.Equal(3, results.Count);
        Assert.Equal(Tosses().Length, results.Sum(result => result.Metrics.ConfusionMatrix.Counts.Sum(row => row.Sum())));
        Assert.All(results, result => Assert.True(result.Metrics.AreaUnderRocCurve > 0.9));
        Assert.Equal(
            results.Select(result => result.Metrics.AreaUnderRocCurve), uncalibrated.Select(result => result.Metrics.AreaUnderRocCurve));
    }

    [Fact]
    public void Rows_of_one_group_stay_in_one_fold()
    {
        Grouped[] rows = [.. Tosses().Select((toss, i) => new Grouped { Label = toss.Label, Features = toss.Features, Group = $"group {i % 20}" })];

        var results = _context.BinaryClassification.CrossValidateNonCalibrated(_context.Data.LoadFromEnumerable(rows),
            _context.BinaryClassification.Trainers.FastTree(numberOfTrees: 2), 3, samplingKeyColumnName: "Group", seed: 1);

        string[][] groups = [.. results.Select(result => result.ScoredHoldOutSet.GetColumn<string>("Group").Distinct().ToArray())];
        Assert.Equal(20, groups.Sum(g => g.Length));
        Assert.Equal(20, groups.SelectMany(g => g).Distinct().Count());
    }

    [Fact]
    public void The_same_seed_gives_the_same_folds()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Tosses());
        double[] Run(int seed) =>
            [.. _context.BinaryClassification.CrossValidate(
            data, _context.BinaryClassification.Trainers.FastTree(numberOfTrees: 5), 3, seed: seed)
            .Select(result => result.Metrics.LogLoss)];

        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    private IEstimator<ITransformer> Pipeline() => _context.Transforms.Conversion.MapValueToKey("Label")
        .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.01f))
        .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private byte[] Save(ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        _context.Model.Save(model, data.Schema, stream);
        return stream.ToArray();
    }

    /// <summary>In a context of its own, as in another process.</summary>
    private static ITransformer Load(byte[] file) => new MLContext().Model.Load(new MemoryStream(file), out _);

    /// <summary>The file with, one after another, bytes of each entry changed, and each entry cut.</summary>
    private static IEnumerable<byte[]> Damage(byte[] file)
    {
        string[] names;
        using (var zip = new ZipArchive(new MemoryStream(file)))
            names = [.. zip.Entries.Where(entry => entry.Length > 0).Select(entry => entry.FullName)];
        foreach (string name in names)
        {
            yield return Change(file, name, content => content[..(content.Length / 2)]);
            for (int i = 0; i < 12; i++)
            {
                int place = i;
                yield return Change(file, name, content =>
                {
                    int at = (int)((long)place * content.Length / 12);
                    content[at] ^= 0x80;
                    return content;
                });
            }
        }
    }

    private static byte[] Change(byte[] file, string name, Func<byte[], byte[]> change)
    {
        var stream = new MemoryStream();
        stream.Write(file);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            using Stream entry = zip.GetEntry(name)!.Open();
            var content = new MemoryStream();
            entry.CopyTo(content);
            byte[] changed = change(content.ToArray());
            entry.SetLength(0);
            entry.Write(changed);
        }

        return stream.ToArray();
    }

    private T[] Read<T>(IDataView data) where T : class, new() => [.. _context.Data.CreateEnumerable<T>(data, reuseRowObject: false)];

    private static Flower[] Flowers()
    {
        string[] names = ["iris", "rose", "tulip"];
        return [.. Enumerable.Range(0, 90)
            .Select(i => new Flower { Label = names[i % 3], Features = [5 * (i % 3) + i % 7 * 0.1f, i % 3 == 1 ? 4 : i % 5 * 0.1f] })];
    }

    private static Toss[] Tosses()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 300).Select(_ =>
        {
            float[] x = [(float)random.NextDouble(), (float)random.NextDouble()];
            return new Toss { Label = x[0] > 0.5f != random.NextDouble() < 0.02, Features = x };
        })];
    }
}
